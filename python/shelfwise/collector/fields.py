"""Single values of an event: lenient where SDKs are, and an error that names the field where they are wrong."""

from __future__ import annotations

import re
from datetime import UTC, datetime
from decimal import ROUND_HALF_UP, Decimal

#: of any id: longer ones are a mistake, and would make every index and log of the shop's larger
LONGEST_ID = 200
LONGEST_QUERY = 1000
LONGEST_TEXT = 2000

_CONTROL = re.compile(r"[\x00-\x1f\x7f-\x9f]")
_WHOLE_NUMBER = re.compile(r"[+-]?[0-9]{1,18}(\.0*)?")
_NUMBER = re.compile(r"[+-]?([0-9]{1,30}(\.[0-9]{0,30})?|\.[0-9]{1,30})([eE][+-]?[0-9]{1,3})?")
_CURRENCY = re.compile(r"[A-Z]{3}")
_CENT = Decimal("0.01")
#: some way below what decimal(18, 2) of landing holds
_PRICE_LIMIT = 10**15
_BIGINT_LIMIT = 2**63
#: below it, a float with two decimals is written by them
_EXACT = 1e9


class RejectedError(Exception):
    """An event that is not taken: ``reason`` is one of a few words to count by, ``detail`` tells its sender."""

    def __init__(self, reason: str, detail: str) -> None:
        super().__init__(detail)
        self.reason = reason
        self.detail = detail


def identifier(value: str | int | None, name: str) -> str | None:
    """Return an id as text, None where it is empty."""
    if value is None or value == "":
        return None
    if isinstance(value, int):
        if not -_BIGINT_LIMIT <= value < _BIGINT_LIMIT:
            raise RejectedError("bad_id", f"{name} is a number too large to be an id: send it as text")
        return str(value)
    if len(value) > LONGEST_ID:
        raise RejectedError("bad_id", f"{name} is longer than {LONGEST_ID} characters")
    if not value.isprintable() and _CONTROL.search(value):
        raise RejectedError("bad_id", f"{name} has control characters")
    return value


def search_term(value: str | int | float | None) -> str | None:
    """Return what was searched for; control characters, as pasted text has them, become blanks."""
    if value is None or value == "":
        return None
    text = value if isinstance(value, str) else str(value)
    if len(text) > LONGEST_QUERY:
        raise RejectedError("too_long", f"properties.query is longer than {LONGEST_QUERY:,} characters")
    return text if text.isprintable() else _CONTROL.sub(" ", text)


def plain_text(value: str | None) -> str | None:
    """Return text for information alone, cut where it is very long."""
    if not value:
        return None
    text = value if value.isprintable() else _CONTROL.sub(" ", value)
    return text[:LONGEST_TEXT]


def whole_number(value: str | int | float | None, name: str) -> int | None:
    """Return a whole number, also one sent as text or as 2.0; None where it is empty."""
    if isinstance(value, str):
        value = value.strip()
        if not value:
            return None
        if not _WHOLE_NUMBER.fullmatch(value):
            raise RejectedError("bad_number", f"{name} is no whole number")
        value = int(value.partition(".")[0])
    elif isinstance(value, float):
        if not value.is_integer():
            raise RejectedError("bad_number", f"{name} is no whole number")
        value = int(value)
    if value is not None and not -_BIGINT_LIMIT <= value < _BIGINT_LIMIT:
        raise RejectedError("bad_number", f"{name} is out of range")
    return value


def price(value: str | int | float | None, name: str) -> str | None:
    """Return an amount of money with two decimals as text, half a cent rounded up; None where it is empty."""
    if isinstance(value, str):
        value = value.strip()
        if value and not _NUMBER.fullmatch(value):
            raise RejectedError("bad_number", f"{name} is no number: send it without a currency sign, 12.50")
    if value is None or value == "":
        return None
    if isinstance(value, float) and abs(value) < _EXACT and float(cents := f"{value:.2f}") == value:
        return cents
    # a float's shortest form is the number that its sender meant
    amount = Decimal(repr(value) if isinstance(value, float) else value)
    if not abs(amount) <= _PRICE_LIMIT:
        raise RejectedError("bad_number", f"{name} is out of range")
    return str(amount.quantize(_CENT, ROUND_HALF_UP))


def currency_code(value: str | None) -> str | None:
    """Return an ISO 4217 code in upper case; None where it is empty."""
    if not value:
        return None
    code = value.strip().upper()
    if not _CURRENCY.fullmatch(code):
        raise RejectedError("bad_currency", "properties.currency is no code of ISO 4217, such as EUR")
    return code


def moment(value: str | None, name: str) -> datetime | None:
    """Return an ISO 8601 time in UTC, without its offset; one without an offset is taken for UTC."""
    if value is None or value == "":
        return None
    try:
        time = datetime.fromisoformat(value)
        if time.tzinfo is None:
            return time
        return (time if time.tzinfo is UTC else time.astimezone(UTC)).replace(tzinfo=None)
    except (ValueError, OverflowError):
        raise RejectedError("bad_time", f"{name} is no time in ISO 8601, such as 2026-03-01T10:15:00Z") from None
