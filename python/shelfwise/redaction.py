"""Error messages without the values that a database quotes in them: these may belong to a person."""

from __future__ import annotations

import re

# DuckDB quotes values in its messages with single quotes, names of tables and columns with double ones.
_QUOTED_VALUE = re.compile(r"'(?:[^']|'')*'")


def without_values(message: str) -> str:
    """Return the first line of a database's error message with the quoted values taken out."""
    first_line = message.strip().splitlines()[0] if message.strip() else ""
    return _QUOTED_VALUE.sub("'…'", first_line)
