"""Numbers as a report says them. A missing number is a dash, never a zero."""

from __future__ import annotations

from typing import Any

MISSING = "–"  # noqa: RUF001  an en dash


def amount(value: Any, kind: str, currency: str) -> str:
    """Return a value of a kind: ``count``, ``money`` or ``share``."""
    if value is None:
        return MISSING
    number = float(value)
    if kind == "share":
        return f"{number:.2%}"
    return f"{number:,.0f}" if kind == "count" else f"{number:,.{0 if abs(number) >= 1_000 else 2}f} {currency}"


def change(now: Any, before: Any, kind: str = "count") -> str:
    """Return how much more or less it was, in per cent; of shares in percentage points."""
    if now is None or before is None or (kind != "share" and not before):
        return MISSING
    if kind == "share":
        return f"{(float(now) - float(before)) * 100:+.2f} points"
    return f"{float(now) / float(before) - 1:+.1%}"
