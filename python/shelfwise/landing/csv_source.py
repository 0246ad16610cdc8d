"""CSV files as a source of rows: told from other files by their bytes, decoded, and checked line by line."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import TextIOWrapper
from pathlib import Path
from typing import TextIO

from shelfwise.landing.compression import open_unpacked
from shelfwise.landing.csv_records import Record, read_records
from shelfwise.landing.errors import LandingError
from shelfwise.landing.tabular import (
    Field,
    Header,
    RejectedRow,
    Row,
    absent_columns_note,
    match_header,
    unused_columns_note,
)
from shelfwise.landing.text_facts import TextFacts, examine_text

UNDECODABLE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class CsvSource:
    """A comma-separated file in UTF-8, or else in Windows-1252; it may be packed with gzip."""

    path: Path
    label: str

    @property
    def name(self) -> str:
        """What landing calls the file: its name without folders."""
        return self.path.name

    @property
    def sha256(self) -> str:
        """SHA-256 of the bytes, hexadecimal."""
        return self.facts.sha256

    @cached_property
    def facts(self) -> TextFacts:
        """Read the bytes once. Raises LandingError for a file that is empty, unreadable or no text."""
        return examine_text(self.path, self.label)

    def check(self, fields: Sequence[Field]) -> tuple[str, ...]:
        """See `TabularSource.check`."""
        with self._open() as stream:
            records = read_records(stream)
            header = self._header(records, fields)
            if next(records, None) is None:
                raise LandingError(
                    "it holds a header and no rows",
                    file=self.label,
                    remedy="Export the file again, or leave it out.",
                )
        notes = [] if self.facts.encoding == "utf-8-sig" else ["read as Windows-1252, for it is not UTF-8"]
        notes += [] if self.facts.ends_with_line_end else ["no line end after the last row: see that it is complete"]
        return (*notes, *unused_columns_note(header), *absent_columns_note(header, fields))

    def read(self, fields: Sequence[Field]) -> Iterator[Row | RejectedRow]:
        """See `TabularSource.read`."""
        with self._open() as stream:
            records = read_records(stream)
            header = self._header(records, fields)
            for number, record in enumerate(records, start=1):
                if reason := self._rejection(record, header.width):
                    yield RejectedRow(number, reason, record.text.rstrip("\r\n"))
                else:
                    yield Row(number, header.pick(record.values))

    def _header(self, records: Iterator[Record], fields: Sequence[Field]) -> Header:
        first = next(records, None)
        if first is None or first.problem:
            raise LandingError(
                "it has no header line that can be read as CSV",
                file=self.label,
                remedy=f"Its first line must be {','.join(field.headers[0] for field in fields)}.",
            )
        return match_header(first.values, fields, self.label)

    def _rejection(self, record: Record, width: int) -> str:
        """Return why a record is not a whole row, or an empty string."""
        if len(record.values) == width and not (self.facts.ends_mid_character and record.text.endswith(UNDECODABLE)):
            return ""
        if len(record.values) > width:
            return "too_many_fields"
        # Only the last line of a file can lack its line end.
        if not record.text.endswith(("\n", "\r")):
            return "cut_mid_line"
        return record.problem or "too_few_fields"

    @contextmanager
    def _open(self) -> Iterator[TextIO]:
        """Open the text with its line ends as they stand, which csv asks for."""
        errors = "replace" if self.facts.ends_mid_character else "strict"
        with (
            open_unpacked(self.path, self.label) as stream,
            TextIOWrapper(stream, encoding=self.facts.encoding, errors=errors, newline="") as text,
        ):
            yield text
