"""A person's ids as they stand in texts: whole words, and no number that may be a count."""

from __future__ import annotations

import re

from shelfwise.privacy.erasures import Person

ERASED = "[erased]"
BEFORE, AFTER = "(?<![A-Za-z0-9_-])", "(?![A-Za-z0-9_-])"


def id_pattern(person: Person) -> re.Pattern[str]:
    """Return what finds any id of the person as a word, for texts in which a mistake does no harm."""
    return re.compile(f"{BEFORE}(?:{_any(person.customers | person.devices | person.orders)}){AFTER}")


def text_pattern(person: Person) -> re.Pattern[str]:
    """Return what finds the person's ids in logs and JSON.

    An id that is a number counts only with its shop before it, or where it is all that quotes or a cell of a table
    hold: `42 rows` is nobody, and JSON stays JSON.
    """
    ids = person.customers | person.devices | person.orders
    words = {id_ for id_ in ids if re.search("[A-Za-z]", id_)}
    parts = [f"{BEFORE}{re.escape(person.namespace)}:(?:{_any(ids)}){AFTER}"]
    if words:
        parts.append(f"{BEFORE}(?:{_any(words)}){AFTER}")
    if numbers := ids - words:
        parts += [f'(?<=")(?:{_any(numbers)})(?=")', f"(?<=>)(?:{_any(numbers)})(?=<)"]
    return re.compile("|".join(parts))


def _any(ids: frozenset[str] | set[str]) -> str:
    return "|".join(map(re.escape, sorted(ids, key=lambda id_: (-len(id_), id_))))
