"""The registry of landed files and the views over them, wherever the data folder stands."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shelfwise.landing.online_retail import import_online_retail
from shelfwise.settings import Settings

HEADER = "InvoiceNo,StockCode,Description,Quantity,InvoiceDate,UnitPrice,CustomerID,Country"
LINE = "536365,85123A,T-LIGHT HOLDER,6,2010-12-01 08:26:00,2.55,17850.0,United Kingdom"


@pytest.fixture
def settings(project_dir: Path, tmp_path: Path) -> Settings:
    """Settings of a data folder below one that is called `landing` itself, with one landed file."""
    settings = Settings(
        project_dir=project_dir, data_dir=tmp_path / "landing" / "it's data", sources=("online_retail",), threads=1
    )
    csv = tmp_path / "sales.csv"
    csv.write_text(f"{HEADER}\n{LINE}\n")
    assert import_online_retail(csv, settings).succeeded
    return settings


@pytest.mark.slow
def test_landed_files_are_known_by_their_path_below_landing(settings: Settings, dbt: Callable[..., str]) -> None:
    landed = [path.relative_to(settings.landing_path).as_posix() for path in settings.landing_path.rglob("*.parquet")]

    dbt(settings, "run-operation", "register_landing", "--quiet")

    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        registered = connection.execute("select landing_file, row_count, is_active from landing.landing_files")
        assert registered.fetchall() == [(landed[0], 1, True)]
        seen = connection.execute("select landing_file from landing.online_retail__order_lines").fetchall()
        assert seen == [(landed[0],)]


@pytest.mark.slow
def test_a_file_that_took_the_place_of_a_removed_one_is_new(settings: Settings, dbt: Callable[..., str]) -> None:
    dbt(settings, "build", "--select", "+row_accounting", "--exclude-resource-type", "test", "unit_test", "--quiet")
    (landed,) = settings.landing_path.rglob("*.parquet")
    table = pq.read_table(landed)
    other = pa.concat_tables([table, table]).replace_schema_metadata(
        {**(table.schema.metadata or {}), b"file_sha256": b"0" * 64}
    )
    landed.unlink()
    pq.write_table(other, landed)

    dbt(settings, "run-operation", "register_landing", "--quiet")

    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        registry = "select row_count, file_sha256, loaded_at is null from landing.landing_files where is_active"
        assert connection.execute(registry).fetchall() == [(2, "0" * 64, True)]
        # remembered until the next build, which makes the facts anew: rows of it are in them
        gone = "select row_count, loaded_at is null from landing.landing_files where not is_active"
        assert connection.execute(gone).fetchall() == [(1, False)]


@pytest.mark.slow
def test_a_source_that_is_off_keeps_its_files_but_counts_none(settings: Settings, dbt: Callable[..., str]) -> None:
    dbt(settings, "run-operation", "register_landing", "--quiet")
    other = settings.model_copy(update={"sources": ("sample_shop",)})
    dbt(other, "run-operation", "register_landing", "--quiet")

    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        assert connection.execute("select is_active from landing.landing_files").fetchall() == [(False,)]
        assert connection.execute("select count(*) from landing.online_retail__order_lines").fetchall() == [(0,)]


@pytest.mark.slow
def test_a_file_whose_rows_no_model_has_read_stays_pending(
    settings: Settings, dbt: Callable[..., str], tmp_path: Path
) -> None:
    dbt(settings, "build", "--select", "+row_accounting", "--exclude-resource-type", "test", "unit_test", "--quiet")
    late = tmp_path / "late.csv"
    late.write_text(f"{HEADER}\n{LINE.replace('536365', '536366')}\n")
    assert import_online_retail(late, settings).succeeded

    dbt(settings, "run", "--select", "row_accounting", "--quiet")

    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        pending = "select source_file, loaded_at is null from landing.landing_files order by source_file"
        assert connection.execute(pending).fetchall() == [("late.csv", True), ("sales.csv", False)]


@pytest.mark.slow
def test_after_the_clock_was_set_back_all_is_built_anew(
    settings: Settings, dbt: Callable[..., str], tmp_path: Path
) -> None:
    build = ("build", "--select", "+row_accounting", "--exclude-resource-type", "test", "unit_test")
    dbt(settings, *build, "--quiet")
    with duckdb.connect(str(settings.build_database)) as connection:
        connection.execute("update landing.model_watermarks set processed_until = processed_until + interval 3 day")
        connection.execute("update landing.landing_files set loaded_at = loaded_at + interval 3 day")
    csv = tmp_path / "tomorrow.csv"
    csv.write_text(f"{HEADER}\n{LINE.replace('536365', '536366')}\n")
    assert import_online_retail(csv, settings).succeeded

    assert "The clock was set back" in dbt(settings, *build)

    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        books = "select sum(fact_count), sum(row_count), sum(abs(unaccounted_count)) from row_accounting"
        assert connection.execute(books).fetchall() == [(2, 2, 0)]
        ahead = "select count(*) from landing.model_watermarks where processed_until > now()::timestamp"
        assert connection.execute(ahead).fetchall() == [(0,)]
