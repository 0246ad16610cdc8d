"""CSV files as a source of rows: told from other files by their bytes, decoded, and checked line by line."""

from __future__ import annotations

import codecs
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cached_property
from io import StringIO, TextIOWrapper
from typing import BinaryIO, TextIO

import numpy as np
import pyarrow as pa

from shelfwise.landing.compression import open_unpacked
from shelfwise.landing.csv_blocks import blocks_of_lines, columns_of_block
from shelfwise.landing.csv_records import Record, read_records
from shelfwise.landing.errors import LandingError
from shelfwise.landing.source_file import SourceFile
from shelfwise.landing.tabular import (
    Field,
    Header,
    RejectedRow,
    Row,
    RowBlock,
    absent_columns_note,
    match_header,
    unused_columns_note,
)
from shelfwise.landing.text_facts import TextFacts, examine_text

UNDECODABLE = "\N{REPLACEMENT CHARACTER}"


@dataclass(frozen=True)
class CsvSource(SourceFile):
    """A comma-separated file in UTF-8, or else in Windows-1252; it may be packed with gzip."""

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

    def read(self, fields: Sequence[Field]) -> Iterator[Row | RowBlock | RejectedRow]:
        """See `TabularSource.read`."""
        if self.facts.is_plain:
            yield from self._read_blocks(fields)
        else:
            with self._open() as stream:
                records = read_records(stream)
                header = self._header(records, fields)
                yield from self._rows(records, header)

    def _read_blocks(self, fields: Sequence[Field]) -> Iterator[Row | RowBlock | RejectedRow]:
        """Read a plain file with Arrow, and line by line where a line is no row."""
        with open_unpacked(self.path, self.label) as stream:
            header = self._header(self._records(_first_line(stream)), fields)
            row_count = 0
            for block in blocks_of_lines(stream):
                # A last line without its end may be cut, which only its text tells.
                columns = columns_of_block(block, header) if block.endswith(b"\n") else None
                if columns is None:
                    for row in self._rows(self._records(block), header, after=row_count):
                        row_count = row.number
                        yield row
                else:
                    first, row_count = row_count + 1, row_count + len(columns[0])
                    yield RowBlock(pa.array(np.arange(first, row_count + 1)), columns)

    def _records(self, text: bytes) -> Iterator[Record]:
        errors = "replace" if self.facts.ends_mid_character else "strict"
        return read_records(StringIO(text.decode("utf-8", errors), newline=""))

    def _rows(self, records: Iterator[Record], header: Header, after: int = 0) -> Iterator[Row | RejectedRow]:
        """Tell whole rows from others, numbered from the one ``after`` those before."""
        for number, record in enumerate(records, start=after + 1):
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


def _first_line(stream: BinaryIO) -> bytes:
    """Take the first line that is not blank from a stream, without the mark that some writers put in front of it."""
    line = stream.readline().removeprefix(codecs.BOM_UTF8)
    while line and not line.rstrip(b"\r\n"):
        line = stream.readline()
    return line
