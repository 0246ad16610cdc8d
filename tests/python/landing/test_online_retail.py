from __future__ import annotations

import os
import zipfile
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import duckdb
import pytest
from inbox import Inbox
from openpyxl import Workbook

from shelfwise.landing.errors import LandingError
from shelfwise.landing.online_retail import import_online_retail
from shelfwise.landing.registry import landed_files, landed_row_counts
from shelfwise.settings import Settings


def query(settings: Settings, sql: str, table: str = "order_lines") -> list[tuple[Any, ...]]:
    """Run ``sql`` over the landed files of a table, called ``landed``."""
    files = settings.landing_path / "online_retail" / table / "dt=*" / "*.parquet"
    with duckdb.connect() as connection:
        connection.execute(f"create view landed as from read_parquet('{files}', hive_partitioning = false)")
        return connection.execute(sql).fetchall()


def test_rows_land_as_they_stood_with_their_origin(settings: Settings, inbox: Inbox) -> None:
    path = inbox.put(
        "2024-02-01.csv",
        '700001,9001A,"LANTERN 7"", RED ",-3,2024-02-01 09:15:00,1.250,18001.0,Norway',
        'C700002,m,"two\nlines",, ,0,,"Channel Islands"',
    )
    started = datetime.now(UTC).replace(tzinfo=None)
    result = import_online_retail(path, settings)
    assert (result.files_landed, result.files_skipped, result.rows, result.rejected_rows) == (1, 0, 2, 0)
    assert result.succeeded
    assert query(settings, "select * exclude (file_sha256, loaded_at) from landed order by source_row") == [
        ("700001", "9001A", 'LANTERN 7", RED ', "-3", "2024-02-01 09:15:00", "1.250", "18001.0", "Norway",
         None, "2024-02-01.csv", 1),
        ("C700002", "m", "two\nlines", "", " ", "0", "", "Channel Islands", None,
         "2024-02-01.csv", 2),
    ]  # fmt: skip
    ((loaded_at,),) = query(settings, "select distinct loaded_at from landed")
    assert started <= loaded_at <= datetime.now(UTC).replace(tzinfo=None)
    (landed,) = landed_files(settings, "online_retail", "order_lines")
    assert landed.path.parent.name == f"dt={loaded_at:%Y-%m-%d}"
    assert landed.path.name == f"2024-02-01-{landed.file_sha256[:12]}.parquet"
    assert query(settings, "select distinct file_sha256 from landed") == [(landed.file_sha256,)]


def test_the_second_import_of_the_same_bytes_has_no_effect(settings: Settings, inbox: Inbox) -> None:
    inbox.put("a.csv", inbox.line(1))
    first = import_online_retail(inbox.path, settings)
    before = landed_files(settings, "online_retail", "order_lines")
    (inbox.path / "a.csv").rename(inbox.path / "renamed.csv")
    inbox.put("b.csv", inbox.line(2))
    second = import_online_retail(inbox.path, settings)
    assert [outcome.status for outcome in second.outcomes] == ["landed", "already_landed"]
    third = import_online_retail(inbox.path, settings)
    assert (third.files_landed, third.files_skipped, third.rows, third.succeeded) == (0, 2, 0, True)
    assert third.summary() == "online_retail: 2 files already landed"
    assert first.rows + second.rows == landed_row_counts(settings, ["online_retail"])["online_retail"] == 2
    assert before[0] in landed_files(settings, "online_retail", "order_lines")


def test_the_same_bytes_twice_in_one_import_land_once(settings: Settings, inbox: Inbox) -> None:
    inbox.put("a.csv", inbox.line(1))
    inbox.put("copy of a.csv", inbox.line(1))
    result = import_online_retail(inbox.path, settings)
    assert (result.files_landed, result.files_skipped, result.rows) == (1, 1, 1)


def test_the_names_of_the_second_edition_are_synonyms(settings: Settings, inbox: Inbox) -> None:
    header = "Invoice,StockCode,Description,Quantity,InvoiceDate,Price,Customer ID,Country"
    import_online_retail(inbox.put("a.csv", inbox.line(1), header=header), settings)
    assert query(settings, "select invoice_no, unit_price, customer_id from landed") == [("700001", "1.25", "18001.0")]


def test_an_encoding_other_than_utf8_is_told(settings: Settings, inbox: Inbox) -> None:
    path = inbox.put("a.csv", inbox.line(1).replace("PAPER LANTERN", "VOUCHER £40"), encoding="cp1252")
    result = import_online_retail(path, settings)
    assert query(settings, "select description from landed") == [("VOUCHER £40 1",)]
    assert f"{path}: read as Windows-1252, for it is not UTF-8" in result.summary()


@pytest.mark.parametrize("packed", [False, True])
def test_a_workbook_lands_the_text_of_the_csv(settings: Settings, inbox: Inbox, packed: bool) -> None:
    book = Workbook()
    book.active.append(inbox.header.split(","))
    book.active.append([700001, 9001, "PAPER LANTERN 1", 3, datetime(2024, 2, 1, 9, 15), 1.25, 18001, "Norway"])
    path = inbox.path / "Online Retail.xlsx"
    book.save(path)
    if packed:
        with zipfile.ZipFile(inbox.path / "online+retail.zip", "w") as archive:
            archive.write(path, path.name)
        path = inbox.path / "online+retail.zip"
    assert import_online_retail(path, settings).succeeded
    expected = (*inbox.line(1).replace("18001.0", "18001").split(","), None, "Online Retail.xlsx", 1)
    assert query(settings, "select * exclude (file_sha256, loaded_at) from landed") == [expected]


@pytest.mark.parametrize(
    ("cut", "end", "reason"),
    [
        ("700003,9003,PAPER LAN", "", "cut_mid_line"),
        ('700003,9003,"PAPER LAN', "", "cut_mid_line"),
        ('700003,9003,"PAPER LAN', "\n", "unclosed_quote"),
        ("700003,9003,PAPER", "\n", "too_few_fields"),
        ("700003,9003,PAPER, RED,3,2024-02-01 09:15:00,1.25,18001.0,Norway", "\n", "too_many_fields"),
        ('700003,9003,"PAPER" RED,3,2024-02-01 09:15:00,1.25,18001.0,Norway', "\n", "stray_quote"),
    ],
)
def test_a_line_that_is_no_row_is_kept_apart(settings: Settings, inbox: Inbox, cut: str, end: str, reason: str) -> None:
    result = import_online_retail(inbox.put("a.csv", inbox.line(1), inbox.line(2), cut, end=end), settings)
    assert (result.rows, result.rejected_rows, result.succeeded) == (2, 1, True)
    assert query(settings, "select source_file, source_row, reason, raw_text from landed", "rejected_lines") == [
        ("a.csv", 3, reason, cut)
    ]
    assert query(settings, "select source_row from landed order by 1") == [(1,), (2,)]
    assert f"1 line could not be read as a row, first row 3 ({reason}); kept in rejected_lines" in result.summary()
    assert landed_row_counts(settings, ["online_retail"]) == {"online_retail": 3}


def test_row_numbers_go_on_behind_a_rejected_line(settings: Settings, inbox: Inbox) -> None:
    import_online_retail(inbox.put("a.csv", inbox.line(1), "cut", inbox.line(3)), settings)
    assert query(settings, "select source_row, invoice_no from landed order by 1") == [(1, "700001"), (3, "700003")]


def test_a_character_cut_in_two_makes_a_cut_line(settings: Settings, inbox: Inbox) -> None:
    path = inbox.put("a.csv", inbox.line(1), inbox.line(2).replace("Norway", "Åland Å"), end="")
    path.write_bytes(path.read_bytes()[:-1])
    result = import_online_retail(path, settings)
    assert (result.rows, result.rejected_rows) == (1, 1)
    assert query(settings, "select reason from landed", "rejected_lines") == [("cut_mid_line",)]


def test_a_last_row_without_line_end_lands_with_a_note(settings: Settings, inbox: Inbox) -> None:
    result = import_online_retail(inbox.put("a.csv", inbox.line(1), end=""), settings)
    assert result.rows == 1
    assert "no line end after the last row: see that it is complete" in result.summary()


def test_good_files_land_beside_bad_ones(settings: Settings, inbox: Inbox) -> None:
    inbox.put("a.csv", inbox.line(1))
    (inbox.path / "b.csv").touch()
    inbox.put("c.csv")
    inbox.put("d.csv", "1,2", header="InvoiceNo,StockNumber")
    (inbox.path / "e.csv").mkdir()
    inbox.put("f.csv", inbox.line(6))
    result = import_online_retail(inbox.path, settings)
    assert [outcome.status for outcome in result.outcomes] == ["landed", *["failed"] * 4, "landed"]
    assert not result.succeeded
    assert result.summary() == "online_retail: landed 2 files with 2 rows, 4 files failed"
    empty, header_only, wrong_columns, unreadable = map(str, result.errors)
    assert "b.csv: it is empty (0 bytes). Export the file again" in empty
    assert "c.csv: it holds a header and no rows. Export the file again" in header_only
    assert "d.csv, field StockCode: columns StockCode, Description, " in wrong_columns
    assert "found InvoiceNo, StockNumber. Is `StockNumber` the column StockCode? Then rename it." in wrong_columns
    assert "e.csv: it cannot be read (Is a directory)" in unreadable
    assert landed_row_counts(settings, ["online_retail"]) == {"online_retail": 2}


@pytest.mark.skipif(os.geteuid() == 0, reason="root may read every file")
def test_a_file_one_may_not_read_is_told(settings: Settings, inbox: Inbox) -> None:
    path = inbox.put("a.csv", inbox.line(1))
    path.chmod(0)
    (error,) = import_online_retail(path, settings).errors
    assert "a.csv: it cannot be read (Permission denied)" in str(error)


def test_headers_are_all_checked_before_anything_lands(settings: Settings, inbox: Inbox) -> None:
    inbox.put("a.csv", inbox.line(1))
    inbox.put("b.csv", inbox.line(2))
    seen: list[str] = []
    import_online_retail(inbox.path, settings, seen.append)
    assert seen == [
        "checking file 1 of 2: a.csv",
        "checking file 2 of 2: b.csv",
        "landing file 1 of 2: a.csv",
        "landing file 2 of 2: b.csv",
    ]


def test_a_file_that_grows_while_it_is_read_does_not_land(settings: Settings, inbox: Inbox) -> None:
    path = inbox.put("a.csv", inbox.line(1))

    def append(text: str) -> None:
        if text.startswith("landing"):
            with path.open("a") as stream:
                stream.write(inbox.line(2) + "\n")

    (error,) = import_online_retail(path, settings, append).errors
    assert "a.csv: it changed while it was read. Import it again" in str(error)
    assert import_online_retail(path, settings).rows == 2
    assert landed_row_counts(settings, ["online_retail"]) == {"online_retail": 2}


def test_a_wrong_path_leaves_no_trace(settings: Settings, inbox: Inbox) -> None:
    with pytest.raises(LandingError, match="there is no such file or folder"):
        import_online_retail(inbox.path / "absent", settings)
    assert not settings.data_path.exists()


def test_the_whole_of_online_retail_gives_the_official_figures(settings: Settings, real_data: Path) -> None:
    result = import_online_retail(real_data / "online_retail" / "daily", settings)
    assert (result.files_landed, result.rows, result.rejected_rows, result.succeeded) == (305, 541_909, 0, True)
    assert landed_row_counts(settings, ["online_retail"]) == {"online_retail": 541_909}
    figures = """
        select
            count(*),
            count(distinct invoice_no),
            count(*) filter (where invoice_no like 'C%'),
            count(distinct stock_code),
            count(distinct customer_id) filter (where customer_id <> ''),
            count(*) filter (where customer_id = ''),
            count(distinct country),
            sum(cast(quantity as bigint) * cast(unit_price as decimal(18, 3)))
        from landed
    """
    ((*counts, revenue),) = query(settings, figures)
    assert counts == [541_909, 25_900, 9_288, 4_070, 4_372, 135_080, 38]
    assert round(float(revenue), 2) == 9_747_747.93
    columns = "invoice_no, stock_code, description, quantity, invoice_date, unit_price, customer_id, country"
    distinct = f"select count(*) from (select distinct {columns} from landed)"
    assert query(settings, distinct) == [(541_909 - 5_268,)]
    assert import_online_retail(real_data / "online_retail" / "daily", settings).files_skipped == 305
