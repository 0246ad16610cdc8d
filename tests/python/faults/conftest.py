"""A shop before a night, and the same night undisturbed: what every fault is judged against."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import pytest
from fault_nights import Nights
from fault_shop import Shop, accounted_rows, landed_rows, let_last_night_come, open_shop
from small_runs import leave_dbt_tests_out

from shelfwise.recovery.backup import back_up
from shelfwise.settings import Settings
from shelfwise.warehouse.published import resolve_current


@pytest.fixture(scope="session")
def nights(make_checkout: Callable[[], Path], tmp_path_factory: pytest.TempPathFactory) -> Nights:
    """Two runs: one on all nights but the last, one with it."""
    checkout = make_checkout()
    leave_dbt_tests_out(checkout)
    settings = Settings(
        project_dir=checkout, data_dir=checkout / "data", sources=("sample_shop", "web"), memory_limit="1GB", api_port=1
    )
    shop = open_shop(settings, tmp_path_factory.mktemp("shelf"))
    shop.finish()
    first = resolve_current(settings).run_id
    evening = shop.keep("evening")
    let_last_night_come(shop)
    before = shop.keep("before")
    shop.finish()
    back_up(settings, shop.backups, all_versions=True, progress=lambda _: None)
    undisturbed = shop.keep("undisturbed")
    rows = accounted_rows(settings)
    assert rows == landed_rows(settings)
    return Nights(shop, evening, before, undisturbed, first, resolve_current(settings).run_id, rows)


@pytest.fixture
def shop(nights: Nights) -> Shop:
    """The shop before its last night."""
    nights.shop.become(nights.before)
    return nights.shop


@pytest.fixture
def shop_after(nights: Nights) -> Shop:
    """The shop after its last night, with two versions."""
    nights.shop.become(nights.undisturbed)
    return nights.shop
