"""What every importer of tables shares: the columns it expects, and the rows that a file of any format yields."""

from __future__ import annotations

import difflib
import re
from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import NamedTuple, Protocol

import pyarrow as pa

from shelfwise.landing.errors import LandingError


@dataclass(frozen=True)
class Field:
    """A landed column and the headers it goes by in files; the first of them is the one that messages name.

    A file may lack an `optional` column, which then lands empty. `convert` is applied to each value that is there,
    where a value must not land as it stands.
    """

    name: str
    headers: tuple[str, ...]
    optional: bool = False
    convert: Callable[[str], str] | None = None


def fields_named(*names: str, optional: bool = False) -> tuple[Field, ...]:
    """Return fields that files call by the names they land under."""
    return tuple(Field(name, (name,), optional) for name in names)


class Row(NamedTuple):
    """A whole row: its 1-based number among the data rows of its file, and its values in the order of the fields.

    None is a value that the file does not have.
    """

    number: int
    values: Sequence[str | None]


class RowBlock(NamedTuple):
    """Whole rows at once: their numbers (int64), and a column of text for each field."""

    numbers: pa.Array
    columns: Sequence[pa.Array]


class RejectedRow(NamedTuple):
    """A row that cannot be told into fields: its number, a reason in snake_case, and the text as it stood."""

    number: int
    reason: str
    raw_text: str


class TabularSource(Protocol):
    """A file of rows, whatever its format."""

    @property
    def path(self) -> Path:
        """Where the file is."""

    @property
    def label(self) -> str:
        """What messages call the file."""

    @property
    def name(self) -> str:
        """What landing calls the file: its name without folders."""

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, hexadecimal. Raises LandingError when they cannot be read."""

    def check(self, fields: Sequence[Field]) -> tuple[str, ...]:
        """Look at the header only. Return notes for the person who imports; raise LandingError when it will not do."""

    def read(self, fields: Sequence[Field]) -> Iterator[Row | RowBlock | RejectedRow]:
        """Yield every data row, in order. Raise LandingError when the file cannot be read to its end."""


@dataclass(frozen=True)
class Header:
    """Where the fields stand in a file's rows.

    ``positions[i]`` is the column of ``fields[i]``, None for an optional field that is not there, of ``width`` in all.
    """

    positions: tuple[int | None, ...]
    width: int
    unused: tuple[str, ...]

    def pick(self, values: Sequence[str]) -> list[str | None]:
        """Return the values of a row in the order of the fields."""
        return [None if position is None else values[position] for position in self.positions]


def match_header(names: Sequence[str], fields: Sequence[Field], file: str, *, place: str = "The first line") -> Header:
    """Find the fields in a header line; case, spaces and punctuation do not matter, other columns may stand between.

    ``place`` is where the names stand, for messages. Raises LandingError that says which fields are missing, which
    headers were found, and which of them come near.
    """
    normalised = [normalise(name) for name in names]
    positions: list[int | None] = []
    missing: list[Field] = []
    for field in fields:
        accepted = {normalise(header) for header in field.headers}
        found = [position for position, name in enumerate(normalised) if name in accepted]
        if len(found) > 1:
            raise LandingError(
                f"{len(found)} columns are called {field.headers[0]}",
                file=file,
                field=field.headers[0],
                remedy="Keep one of them in the file and import again.",
            )
        positions.append(found[0] if found else None)
        missing += [] if found or field.optional else [field]
    if missing:
        raise _missing_columns(names, fields, missing, file, place)
    unused = tuple(name for position, name in enumerate(names) if position not in positions)
    return Header(tuple(positions), len(names), unused)


def unused_columns_note(header: Header) -> tuple[str, ...]:
    """Return a note on the columns of a file that are not landed; empty when all are."""
    return (f"columns not landed: {', '.join(header.unused)}",) if header.unused else ()


def absent_columns_note(header: Header, fields: Sequence[Field]) -> tuple[str, ...]:
    """Return a note on the optional columns that a file lacks; empty when it has all."""
    absent = [field.headers[0] for field, at in zip(fields, header.positions, strict=True) if at is None]
    return (f"columns it does not have, left empty: {', '.join(absent)}",) if absent else ()


def normalise(name: str) -> str:
    """Return what two spellings of a column's name have in common."""
    return re.sub(r"[^a-z0-9]", "", name.lower())


def _missing_columns(
    names: Sequence[str], fields: Sequence[Field], missing: Sequence[Field], file: str, place: str
) -> LandingError:
    expected = ",".join(field.headers[0] for field in fields if not field.optional)
    if len(names) == 1 and (separator := next((mark for mark in ";\t|" if mark in names[0]), None)):
        shown = "a tab" if separator == "\t" else f"`{separator}`"
        return LandingError(
            f"its columns are separated by {shown}",
            file=file,
            remedy=f"Save the file with commas between the columns; its first line must be {expected}.",
        )
    if all(normalise(name) not in _known_names(fields) for name in names) and any(
        re.match(r"[-+]?\d|.*@", name.strip()) for name in names
    ):
        # The line may name a customer, so it is not repeated here.
        return LandingError(
            "its first line looks like data, not like a header", file=file, remedy=f"Put {expected} on top of the file."
        )
    strangers = [name for name in names if normalise(name) not in _known_names(fields)]
    near = [hint for field in missing if (hint := _near_match(strangers, field))]
    return LandingError(
        f"{'columns' if len(missing) > 1 else 'column'} {', '.join(field.headers[0] for field in missing)} missing; "
        f"found {', '.join(name.strip() or '(no name)' for name in names)[:300]}",
        file=file,
        field=missing[0].headers[0],
        remedy=" ".join([*near, f"{place} must name {expected}, in any order."]),
    )


def _known_names(fields: Sequence[Field]) -> set[str]:
    return {normalise(header) for field in fields for header in field.headers}


def _near_match(names: Sequence[str], field: Field) -> str | None:
    by_normalised = {normalise(name): name for name in names}
    for header in field.headers:
        if near := difflib.get_close_matches(normalise(header), by_normalised, n=1, cutoff=0.6):
            return f"Is `{by_normalised[near[0]].strip()}` the column {field.headers[0]}? Then rename it."
    return None
