"""Words for people, the same wherever they are printed."""

from __future__ import annotations


def counted(number: int, noun: str) -> str:
    """Return a number with its noun: ``1 row``, ``2,000 rows``."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def byte_size(size: int) -> str:
    """Return a number of bytes: ``1.5 GB``, ``20 MB``, ``300 kB``."""
    for unit, scale in (("GB", 10**9), ("MB", 10**6)):
        if size >= scale:
            return f"{size / scale:,.1f} {unit}"
    return f"{size / 1000:,.0f} kB"
