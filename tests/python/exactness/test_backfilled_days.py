"""A backfill of damaged days ends where an undisturbed history stands, in hundreds of shops."""

from __future__ import annotations

import dataclasses
import shutil
from datetime import date
from pathlib import Path

import duckdb
import pytest
from comparison import differences, public_and_classified, summary
from landed import link_files
from warehouses import Warehouses

from shelfwise.settings import Settings
from shelfwise.warehouse.backfill import Span, files_of, take_in_again

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800), pytest.mark.xdist_group("exactness")]

SPAN = Span(date(2026, 3, 2), date(2026, 3, 3))
# What a hand in the database, or a macro that was wrong for a while, leaves behind: rows lost, changed and misjudged.
DAMAGE = """
delete from intermediate.int_events__classified where event_date = '2026-03-02' and source_row % 3 = 0;
delete from intermediate.int_orders__classified where cast(ordered_at as date) = '2026-03-03' and source_row % 2 = 0;
update intermediate.int_events__classified
set row_status = 'fact', quarantine_reason = null, unit_price = unit_price * 100, session_id = 'damaged',
    is_on_bot_day = false
where event_date between '2026-03-02' and '2026-03-03' and source_row % 2 = 0;
update intermediate.int_order_lines__classified
set quantity = 999, row_status = 'fact' where cast(occurred_at as date) between '2026-03-02' and '2026-03-03';
delete from fct_sessions where session_date = '2026-03-03';
"""


@pytest.fixture
def damaged(warehouses: Warehouses, tmp_path: Path) -> Settings:
    """A copy of the warehouse that was loaded in turn, damaged on two days."""
    original = warehouses.loads.loaded
    copy = original.model_copy(update={"data_dir": tmp_path})
    link_files(original.landing_path, original.landing_path.rglob("*.parquet"), copy.landing_path)
    shutil.copytree(original.data_path / "target", copy.data_path / "target")
    shutil.copy(original.build_database, copy.build_database)
    with duckdb.connect(str(copy.build_database)) as connection:
        connection.execute(DAMAGE)
    return copy


def test_a_backfill_leaves_what_an_undisturbed_history_has(warehouses: Warehouses, damaged: Settings) -> None:
    tables = public_and_classified(warehouses.loads.refreshed, for_training=False)
    found = differences(damaged, warehouses.loads.refreshed, tables)
    assert len({difference.table for difference in found}) >= 4  # the damage is one

    loads = dataclasses.replace(warehouses.loads, for_training=False)
    take_in_again(damaged, files_of(damaged, SPAN))
    loads.run(damaged, "run", *loads.excluded())
    found = differences(damaged, warehouses.loads.refreshed, tables)
    assert not found, summary(found)
