"""Texts without what may belong to a person: values that a database quotes in its errors, and addresses."""

from __future__ import annotations

import re

# DuckDB quotes values in its messages with single quotes, names of tables and columns with double ones.
_QUOTED_VALUE = re.compile(r"'(?:[^']|'')*'")
# Not the whole of RFC 5322, but whatever reads as an address, in an address bar's encoding too.
EMAIL_ADDRESS = re.compile(r"[\w.!#$&'*+/=?^`{|}~-]+(?:@|%40|\\u0040)[\w-]+(?:\.[\w-]+)+", re.IGNORECASE)


def without_values(message: str) -> str:
    """Return the first line of a database's error message with the quoted values taken out."""
    first_line = message.strip().splitlines()[0] if message.strip() else ""
    return _QUOTED_VALUE.sub("'…'", first_line)


def without_contacts(text: str) -> str:
    """Return text in which e-mail addresses are taken out."""
    return EMAIL_ADDRESS.sub("[e-mail]", text) if "@" in text or "%40" in text or "u0040" in text else text
