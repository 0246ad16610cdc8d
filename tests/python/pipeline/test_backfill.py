"""`shelfwise backfill` as an operator uses it, on the sample shop, whose files land day by day."""

from __future__ import annotations

import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import duckdb
import pytest
from exhaustive import EXHAUSTIVE

from shelfwise.pipeline.history import read_records
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build
from shelfwise.warehouse.published import resolve_current

pytestmark = [*EXHAUSTIVE, pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("published_shop")]

DAYS = ("2026-09-01", "2026-09-03")
IN_DAYS = "between '2026-09-01' and '2026-09-03'"
# Facts and what is made of them; the lists of a new training are another matter.
COMPARED = "table_name similar to '(fct|daily)_.*|dim_(customers|products|dates)|row_accounting|customer_(rfm|cohorts)'"


@pytest.fixture
def shop(untested_shop: Settings, tmp_path: Path) -> Settings:
    """The published shop, with data of its own."""
    shutil.copytree(untested_shop.data_path, tmp_path / "data", symlinks=True)
    return untested_shop.model_copy(update={"data_dir": tmp_path / "data"})


def shelfwise(settings: Settings, *arguments: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [sys.executable, "-m", "shelfwise.cli", *arguments],
        cwd=settings.project_dir,
        env=settings.environment() | {"COLUMNS": "100"},
        capture_output=True,
        text=True,
        check=False,
    )


def test_a_backfill_repairs_its_days_and_touches_few_others(shop: Settings) -> None:
    undisturbed = resolve_current(shop).warehouse
    with duckdb.connect(str(shop.build_database)) as connection:
        ((lost,),) = connection.execute(
            f"delete from intermediate.int_events__classified where event_date {IN_DAYS} and source_row % 5 = 0"
        ).fetchall()
        assert lost > 20
        connection.execute(
            f"update intermediate.int_order_lines__classified set unit_price = unit_price * 100 "
            f"where cast(occurred_at as date) {IN_DAYS}"
        )
        connection.execute(f"delete from fct_sessions where session_date {IN_DAYS}")
    started = datetime.now(UTC).replace(tzinfo=None)

    done = shelfwise(shop, "backfill", *DAYS)

    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.startswith(f"Backfill of {DAYS[0]} to {DAYS[1]}: ")
    assert "of which rows are missing" in done.stdout
    current = resolve_current(shop).warehouse
    assert current != undisturbed
    assert differing(undisturbed, current) == {}
    with connect_build(shop) as connection:
        ((written, rows),) = connection.execute(
            "select count_if(processed_at > ?), count(*) from intermediate.int_events__classified", [started]
        ).fetchall()
    assert lost < written < rows / 4  # three days of ninety, and the past of devices seen on them
    record = read_records(shop)[-1]
    assert "fingerprint" in record.step("land").data
    history = shelfwise(shop, "history", "--last", "1").stdout
    assert f"{record.run_id}  backfill of {DAYS[0]} to {DAYS[1]}" in history


def differing(one: Path, other: Path) -> dict[str, int]:
    """How many rows of each published table are in one version alone."""
    with duckdb.connect() as connection:
        for name, path in (("one", one), ("other", other)):
            connection.execute(f"attach '{path.resolve()}' as {name} (read_only)")
        tables = connection.execute(
            "select table_name, list(column_name order by column_index) from duckdb_columns() "
            f"where database_name = 'one' and schema_name = 'main' and {COMPARED} group by all"
        ).fetchall()
        found = {}
        for table, columns in tables:
            selected = ", ".join(f'"{column}"' for column in columns if column != "processed_at")
            sides = [f"(select {selected} from {name}.main.{table})" for name in ("one", "other")]
            ((count,),) = connection.execute(
                f"select count(*) from ({sides[0]} except all {sides[1]} union all ({sides[1]} except all {sides[0]}))"
            ).fetchall()
            if count:
                found[table] = count
        assert len(tables) > 10
        return found


@pytest.mark.parametrize(
    ("days", "expected"),
    [
        (("2026-09-03", "2026-09-01"), "Error: 2026-09-01 comes before 2026-09-03"),
        (("2026-09-03", "2999-01-01"), "Error: 2999-01-01 has not come yet"),
        (
            ("2019-01-01", "2019-12-31"),
            "Error: nothing of 2019-01-01 to 2019-12-31 has been built\nWhat was built is of",
        ),
    ],
)
def test_days_that_make_no_sense_are_refused(shop: Settings, days: tuple[str, str], expected: str) -> None:
    runs = len(read_records(shop))
    done = shelfwise(shop, "backfill", *days)
    assert done.returncode == 1
    assert done.stderr.startswith(expected)
    assert len(read_records(shop)) == runs


def test_a_backfill_needs_a_build(published_shop: Settings, tmp_path: Path) -> None:
    done = shelfwise(published_shop.model_copy(update={"data_dir": tmp_path}), "backfill", *DAYS)
    assert (done.returncode, done.stderr.splitlines()[0].startswith("Error: no build database at")) == (1, True)
