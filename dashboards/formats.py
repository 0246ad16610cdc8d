"""Numbers as people read them. A missing number is a dash, never a zero."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import UTC, date, datetime

import pandas as pd

MISSING = "—"
# Before an amount stands a sign that says which currency it is, or else the currency's code.
SIGNS = {
    "GBP": "£",
    "EUR": "€",
    "USD": "$",
    "JPY": "¥",
    "INR": "₹",
    "KRW": "₩",
    "PLN": "zł\u00a0",
    "ILS": "₪",
    "UAH": "₴",
}

Number = float | int | None


@dataclass(frozen=True)
class Currency:
    """The currency that a published version reports money in."""

    code: str

    @property
    def sign(self) -> str:
        """What stands before an amount: ``£``, or the code and a blank."""
        return SIGNS.get(self.code, f"{self.code}\u00a0")

    def money(self, value: Number, decimals: int = 0) -> str:
        """Return ``£12,345``, shortened from a million on: ``£1.23M``."""
        if value is None or is_missing(value):
            return MISSING
        minus = "-" if value < 0 else ""
        if abs(value) >= 1_000_000:
            return f"{minus}{self.sign}{abs(value) / 1_000_000:,.2f}M"
        return f"{minus}{self.sign}{abs(value):,.{decimals}f}"


def is_missing(value: object) -> bool:
    """Tell whether a cell is null in any of the ways pandas has."""
    return value is None or bool(pd.isna(value))  # type: ignore[call-overload]


def count(value: Number) -> str:
    """Return ``12,345``."""
    return MISSING if value is None or is_missing(value) else f"{value:,.0f}"


def counted(value: int, noun: str) -> str:
    """Return ``1 order`` or ``3 orders``."""
    return f"{count(value)} {noun}" if value == 1 else f"{count(value)} {noun}s"


def percent(value: Number, decimals: int = 1) -> str:
    """Return ``3.4%`` for 0.034."""
    return MISSING if value is None or is_missing(value) else f"{value:.{decimals}%}"


def change(now: Number, before: Number) -> str | None:
    """Return the relative change as ``+12.3%``, None where there is nothing to compare with."""
    if now is None or before is None or is_missing(now) or is_missing(before) or before == 0:
        return None
    return f"{now / before - 1:+.1%}"


def change_in_points(now: Number, before: Number) -> str | None:
    """Return the change of a rate in percentage points as ``+0.21 pp``."""
    if now is None or before is None or is_missing(now) or is_missing(before):
        return None
    return f"{(now - before) * 100:+.2f} pp"


def amount(value: Number) -> str:
    """Return a number of any size with as many digits as it takes to read it: ``12,345``, ``3.14``, ``0.0213``."""
    if value is None or is_missing(value):
        return MISSING
    return f"{value:,.0f}" if abs(value) >= 100 or value == int(value) else f"{value:,.3g}"


def seconds(value: Number) -> str:
    """Return ``1 min 52 s``."""
    if value is None or is_missing(value):
        return MISSING
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest:02d} s" if minutes else f"{rest} s"


def day(value: date | pd.Timestamp | None) -> str:
    """Return ``21 Nov 2026``."""
    return MISSING if value is None or is_missing(value) else f"{value.day} {value:%b %Y}"


def days(first: date | pd.Timestamp | None, last: date | pd.Timestamp | None) -> str:
    """Return ``21 Nov 2026``, or ``20 to 21 Nov 2026`` for several days."""
    if first is None or last is None or is_missing(first) or first == last:
        return day(last)
    same_month = (first.year, first.month) == (last.year, last.month)
    return f"{first.day if same_month else day(first)} to {day(last)}"


def moment(value: str | datetime | pd.Timestamp | None) -> str:
    """Return ``22 Nov 2026, 04:10 UTC``, from a timestamp in UTC or an ISO text."""
    if value is None or is_missing(value):
        return MISSING
    stamp = datetime.fromisoformat(value) if isinstance(value, str) else value
    if stamp.tzinfo is not None:
        stamp = stamp.astimezone(UTC)
    return f"{stamp.day} {stamp:%b %Y, %H:%M} UTC"


def words(identifier: object) -> str:
    """Return ``Bought together`` for ``bought_together``."""
    return MISSING if is_missing(identifier) else str(identifier).replace("_", " ").capitalize()


def step(name: object) -> str:
    """Return ``gate marts`` for ``gate_marts``."""
    return MISSING if is_missing(name) else str(name).replace("_", " ")


def without_folders(text: str) -> str:
    """Return text with each absolute path cut to its last name: where files lie is nothing to show on a page."""
    return re.sub(r"(?<![\w.:/~-])/(?:[^\s/:;,'\"`]+/)+([^\s/:;,'\"`]*)", r"\1", text)


def plain(text: object) -> str:
    """Return text from the data so that Markdown shows it as it is: a title may hold ``*`` or ``$``."""
    return MISSING if is_missing(text) else re.sub(r"([\\`*_{}\[\]<>#+~|$:!-])", r"\\\1", str(text))
