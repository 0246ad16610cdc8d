"""Any order of arrival gives the same marts: hundreds of generated shops, each cut into six loads of its own."""

from __future__ import annotations

import os
from collections.abc import Callable, Sequence
from pathlib import Path

import pytest
from arrivals import LOAD_WITH_A_REBUILD, LOADS
from comparison import Difference, summary
from loads import Loads, load_shops
from shops import Shop
from shrinking import shrink
from warehouses import GENERATED_SHOPS, SEED, UNFINISHED_RUNS, Warehouses, ask

pytestmark = [pytest.mark.slow, pytest.mark.timeout(3600), pytest.mark.xdist_group("exactness")]

# A round loads up to 250 smaller shops twice, in up to six runs each: two or three minutes.
SHRINK_ROUNDS = int(os.environ.get("SHELFWISE_EXACTNESS_SHRINK_ROUNDS", "3"))


def test_loads_in_turn_and_a_full_refresh_leave_the_same_rows(
    warehouses: Warehouses, make_loads: Callable[..., Loads], tmp_path: Path
) -> None:
    found = warehouses.differences
    if not found:
        return
    failing = {difference.namespace for difference in found}
    shops = sorted((shop for shop in warehouses.shops if shop.namespace in failing), key=lambda shop: shop.row_count)
    replay = Replay(make_loads, tmp_path)
    pytest.fail(
        f"{len(shops)} of {len(warehouses.shops)} shops differ (SHELFWISE_EXACTNESS_SEED={SEED})\n"
        + summary(found)
        + (f"\n\nThe smallest of them, replayed alone:\n{replay.story(shops[0])}" if shops else ""),
        pytrace=False,
    )


def test_each_load_took_in_its_own_files_alone(warehouses: Warehouses) -> None:
    """Loads that read everything anew would leave the same rows too, and prove nothing."""
    loaded = warehouses.loads.loaded
    settled = "select count(distinct loaded_at), count(*) filter (where loaded_at is null) from landing.landing_files"
    # files of the loads up to the one with a rebuild count as loaded by that one
    increments = LOADS - LOAD_WITH_A_REBUILD + 1
    ((settling_runs, pending_files),) = ask(loaded, settled)
    assert settling_runs >= increments
    assert pending_files == 0
    writing_runs = "select count(distinct processed_at) from intermediate.int_{}__classified"
    for table in ("events", "orders", "order_lines", "products", "customers"):
        assert ask(loaded, writing_runs.format(table))[0][0] >= increments, table


def test_every_landed_row_is_accounted_for_whatever_the_order(warehouses: Warehouses) -> None:
    for settings in warehouses.both():
        books = "select source_name, table_name, row_count, unaccounted_count from row_accounting order by all"
        open_books = [line for line in ask(settings, books) if line[-1] != 0]
        assert not open_books
    landed = sum(shop.row_count for shop in warehouses.shops)
    assert ask(warehouses.loads.loaded, "select sum(row_count) from row_accounting") == [(landed,)]


def test_the_shops_have_what_arrival_can_upset(warehouses: Warehouses) -> None:
    """A generator that no longer makes bots, long chains or corrections would prove nothing."""
    found = {
        "bots": "from intermediate.int_events__classified where quarantine_reason = 'bot_behaviour'",
        "duplicates": "from intermediate.int_events__classified where row_status = 'duplicate'",
        "superseded files": "from intermediate.int_events__classified where row_status = 'superseded'",
        "unknown products": "from intermediate.int_events__classified where quarantine_reason = 'unknown_product'",
        "sessions cut at 24 hours": "from fct_sessions where duration_seconds > 23 * 3600",
        "sessions across midnight": "from fct_sessions where cast(ended_at as date) > session_date",
        "shared devices": "from dim_device_customers where valid_to is not null",
        "lines without their order": "from intermediate.int_order_lines__classified "
        "where quarantine_reason = 'order_not_found'",
        "versions of orders": "from intermediate.int_orders__classified where row_status = 'superseded'",
        "returns": "from fct_orders where returned_revenue > 0",
        "clicked recommendations": "from fct_recommendation_impressions where is_clicked",
        "orders after a recommendation": "from fct_recommendation_purchases",
    }
    shops = {
        name: ask(warehouses.loads.refreshed, f"select count(distinct namespace) {what}")[0][0]
        for name, what in found.items()
    }
    assert {name: count for name, count in shops.items() if count < GENERATED_SHOPS // 20} == {}


class Replay:
    """Loads shops in warehouses of their own, one after the other."""

    def __init__(self, make_loads: Callable[..., Loads], folder: Path) -> None:
        self.make_loads = make_loads
        self.folder = folder
        self.count = 0

    def story(self, shop: Shop) -> str:
        """What of `shop` is enough to make it differ, and how it then differs."""
        if not self.differing([shop]):
            return f"{shop}\nIt does not differ when it is alone: look for what mixes shops."
        smallest = shrink(shop, self.differing, rounds=SHRINK_ROUNDS)
        return f"{smallest}\n{summary(self.found([smallest]))}"

    def differing(self, shops: Sequence[Shop]) -> set[str]:
        known = {shop.namespace for shop in shops}
        return {difference.namespace for difference in self.found(shops) if difference.namespace in known}

    def found(self, shops: Sequence[Shop]) -> list[Difference]:
        self.count += 1
        loads = self.make_loads(self.folder / str(self.count), unfinished_runs=UNFINISHED_RUNS)
        return load_shops(loads, shops)
