"""Excel workbooks as a source of rows, with each cell as the text that a CSV export would hold."""

from __future__ import annotations

import zipfile
import zlib
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from decimal import Decimal
from itertools import chain
from xml.etree.ElementTree import ParseError

from openpyxl import load_workbook
from openpyxl.utils.exceptions import InvalidFileException
from openpyxl.workbook import Workbook

from shelfwise.landing.errors import LandingError, unreadable
from shelfwise.landing.source_file import SourceFile
from shelfwise.landing.tabular import Field, Header, RejectedRow, Row, match_header, unused_columns_note

# What openpyxl lets through when an archive or a sheet in it is damaged.
DAMAGED = (zipfile.BadZipFile, zlib.error, ParseError, InvalidFileException, KeyError, ValueError, EOFError)


@dataclass(frozen=True)
class XlsxSource(SourceFile):
    """A workbook; its sheets, read one after another, must all have the expected columns. Empty sheets do not count."""

    def check(self, fields: Sequence[Field]) -> tuple[str, ...]:
        """See `TabularSource.check`."""
        notes: list[str] = []
        has_rows = False
        with self._open() as workbook:
            for sheet, rows in _filled_sheets(workbook):
                notes += unused_columns_note(self._header(sheet, rows, fields))
                has_rows = has_rows or next(rows, None) is not None
        if not has_rows:
            raise LandingError(
                "it holds no rows below a header", file=self.label, remedy="Export the file again, or leave it out."
            )
        return tuple(notes)

    def read(self, fields: Sequence[Field]) -> Iterator[Row | RejectedRow]:
        """See `TabularSource.read`."""
        number = 0
        with self._open() as workbook:
            for sheet, rows in _filled_sheets(workbook):
                header = self._header(sheet, rows, fields)
                for values in rows:
                    number += 1
                    yield _row(number, values, header)

    def _header(self, sheet: str, rows: Iterator[list[str]], fields: Sequence[Field]) -> Header:
        return match_header(next(rows), fields, f"{self.label}, sheet {sheet}")

    @contextmanager
    def _open(self) -> Iterator[Workbook]:
        """Open the workbook for reading row by row; what damage makes openpyxl raise becomes a LandingError."""
        try:
            workbook = load_workbook(self.path, read_only=True, data_only=True)
            try:
                yield workbook
            finally:
                workbook.close()
        except OSError as error:
            raise unreadable(self.label, error) from error
        except DAMAGED as error:
            raise LandingError(
                f"it cannot be read as an Excel workbook ({error})",
                file=self.label,
                remedy="Download it again; an .xls or password-protected file must first be saved as .xlsx or CSV.",
            ) from error


def _filled_sheets(workbook: Workbook) -> Iterator[tuple[str, Iterator[list[str]]]]:
    """Yield the title of each sheet that is not empty, and its rows that are not empty, header first."""
    for sheet in workbook.worksheets:
        # The stored extent of a sheet is often wrong; openpyxl would cut or pad rows to it.
        sheet.reset_dimensions()
        rows = (texts for row in sheet.iter_rows(values_only=True) if (texts := _trimmed(row)))
        if (first := next(rows, None)) is not None:
            yield sheet.title, chain([first], rows)


def cell_text(value: object) -> str:
    """Return a cell as CSV text: dates as `YYYY-MM-DD HH:MM:SS`, numbers by the 15 digits that Excel keeps of them."""
    match value:
        case None:
            return ""
        case str():
            return value
        case bool():
            return "TRUE" if value else "FALSE"
        case int():
            return str(value)
        case float():
            return _number_text(value)
        case datetime():
            # Excel stores a time as a fraction of a day, which misses the second by a hair.
            return (value + timedelta(milliseconds=500)).strftime("%Y-%m-%d %H:%M:%S")
        case date():
            return value.strftime("%Y-%m-%d 00:00:00")
        case time():
            return value.strftime("%H:%M:%S")
        case _:
            return str(value)


def _number_text(value: float) -> str:
    text = f"{value:.15g}"
    return format(Decimal(text), "f") if "e" in text else text


def _trimmed(cells: Sequence[object]) -> list[str]:
    """Return a row's texts without the empty cells at its end."""
    texts = [cell_text(cell) for cell in cells]
    while texts and not texts[-1]:
        texts.pop()
    return texts


def _row(number: int, values: list[str], header: Header) -> Row | RejectedRow:
    if len(values) > header.width:
        return RejectedRow(number, "too_many_fields", "\t".join(values))
    values += [""] * (header.width - len(values))
    return Row(number, header.pick(values))
