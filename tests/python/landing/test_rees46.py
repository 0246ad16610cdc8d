from __future__ import annotations

import gzip
from pathlib import Path

import pyarrow.parquet as pq

from shelfwise.landing.declared_tables import declared_tables
from shelfwise.landing.rees46 import import_rees46
from shelfwise.landing.registry import landed_files
from shelfwise.landing.row_tables import BATCH_ROWS
from shelfwise.settings import Settings

HEADER = "event_time,event_type,product_id,category_id,category_code,brand,price,user_id,user_session\n"


def line(number: int) -> str:
    return f"2026-01-02 03:04:05 UTC,view,{number},7001,home.light,,9.5{number % 10},{number % 97},s-{number}\n"


def test_a_month_of_many_batches_lands_in_one_file_in_order(settings: Settings, tmp_path: Path) -> None:
    count = 2 * BATCH_ROWS + 50_000
    path = tmp_path / "2026-Jan.csv.gz"
    path.write_bytes(gzip.compress((HEADER + "".join(map(line, range(count))) + "2026-01-02 03").encode(), 1))
    seen: list[str] = []
    result = import_rees46(tmp_path, settings, seen.append)
    assert (result.rows, result.rejected_rows) == (count, 1)
    (landed,) = landed_files(settings, "rees46", "events")
    file = pq.ParquetFile(landed.path)
    assert file.metadata.num_row_groups > 1
    assert file.read(["product_id"]).column(0).to_pylist() == [str(number) for number in range(count)]
    assert file.read(["source_row"]).column(0).to_pylist() == list(range(1, count + 1))
    assert seen[-1].startswith("landing file 1 of 1: 2026-Jan.csv.gz, ")
    declared = {table.name: set(table.columns) for table in declared_tables(settings.project_dir, ["rees46"])}
    (rejected,) = landed_files(settings, "rees46", "rejected_lines")
    assert set(file.schema_arrow.names) == declared["events"]
    assert set(pq.ParquetFile(rejected.path).schema_arrow.names) == declared["rejected_lines"]


def test_the_public_sample_lands_but_for_its_cut_line(settings: Settings, real_data: Path) -> None:
    result = import_rees46(real_data / "rees46_2019_oct_head" / "2019-Oct.csv", settings)
    assert (result.rows, result.rejected_rows, result.succeeded) == (17_434, 1, True)
    assert "1 line could not be read as a row, first row 17435 (cut_mid_line)" in result.summary()
