from __future__ import annotations

from datetime import date, datetime, time
from pathlib import Path

import pytest
from openpyxl import Workbook

from shelfwise.landing.errors import LandingError
from shelfwise.landing.tabular import Field, RejectedRow, Row
from shelfwise.landing.xlsx_source import XlsxSource, cell_text

FIELDS = (Field("invoice_no", ("Invoice",)), Field("price", ("Price",)), Field("customer_id", ("Customer ID",)))
HEADER = ["Invoice", "Price", "Customer ID"]


def workbook(path: Path, sheets: dict[str, list[list[object]]]) -> XlsxSource:
    book = Workbook()
    book.remove(book.worksheets[0])
    for title, rows in sheets.items():
        sheet = book.create_sheet(title)
        for row in rows:
            sheet.append(row)
    book.save(path)
    return XlsxSource(path, path.name)


@pytest.mark.parametrize(
    ("value", "text"),
    [
        (None, ""),
        ("  as it stood ", "  as it stood "),
        (17850, "17850"),
        (17850.0, "17850"),
        (2.55, "2.55"),
        (0.1 + 0.2, "0.3"),
        (-9600.0, "-9600"),
        (1e-07, "0.0000001"),
        (1e20, "100000000000000000000"),
        (True, "TRUE"),
        (datetime(2010, 12, 1, 8, 26), "2010-12-01 08:26:00"),
        (datetime(2010, 12, 1, 8, 25, 59, 999_600), "2010-12-01 08:26:00"),
        (date(2010, 12, 1), "2010-12-01 00:00:00"),
        (time(8, 26), "08:26:00"),
    ],
)
def test_cells_become_the_text_of_a_csv(value: object, text: str) -> None:
    assert cell_text(value) == text


def test_sheets_follow_each_other_and_empty_rows_do_not_count(tmp_path: Path) -> None:
    source = workbook(
        tmp_path / "a.xlsx",
        {
            "Year 1": [HEADER, [700001, 2.5, 18001], [None, None, None], ["C700002", 1, None]],
            "Notes": [],
            "Year 2": [["Customer ID", "Invoice", "Price"], [18002, 700003, 0.85]],
        },
    )
    assert source.check(FIELDS) == ()
    assert list(source.read(FIELDS)) == [
        Row(1, ["700001", "2.5", "18001"]),
        Row(2, ["C700002", "1", ""]),
        Row(3, ["700003", "0.85", "18002"]),
    ]


def test_a_cell_beyond_the_header_is_rejected_not_dropped(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", {"Sheet": [HEADER, [700001, 2.5, 18001, "?"], [700002, 1, 18002]]})
    assert list(source.read(FIELDS)) == [
        RejectedRow(1, "too_many_fields", "700001\t2.5\t18001\t?"),
        Row(2, ["700002", "1", "18002"]),
    ]


def test_a_wrong_header_names_its_sheet(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", {"Year 1": [HEADER, [1, 2, 3]], "Year 2": [["Invoice", "Price"], [1, 2]]})
    with pytest.raises(LandingError, match=r"a\.xlsx, sheet Year 2, field Customer ID: column Customer ID missing"):
        source.check(FIELDS)


@pytest.mark.parametrize("rows", [[], [HEADER]])
def test_a_workbook_without_rows_is_told(tmp_path: Path, rows: list[list[object]]) -> None:
    with pytest.raises(LandingError, match="no rows below a header"):
        workbook(tmp_path / "a.xlsx", {"Sheet": rows}).check(FIELDS)


def test_a_cut_download_is_told(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", {"Sheet": [HEADER, [1, 2, 3]]})
    whole = source.path.read_bytes()
    source.path.write_bytes(whole[: len(whole) // 2])
    with pytest.raises(LandingError, match=r"a\.xlsx: it cannot be read as an Excel workbook.*Download it again"):
        source.check(FIELDS)


def test_a_damaged_sheet_is_told(tmp_path: Path) -> None:
    source = workbook(tmp_path / "a.xlsx", {"Sheet": [HEADER, *([number, 1, 2] for number in range(5000))]})
    content = bytearray(source.path.read_bytes())
    # The sheet is by far the largest member; this lies within its compressed bytes.
    content[len(content) // 2 : len(content) // 2 + 50] = b"\xff" * 50
    source.path.write_bytes(content)
    with pytest.raises(LandingError, match="cannot be read as an Excel workbook"):
        list(source.read(FIELDS))
