from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import duckdb
import pytest

from shelfwise.sample_shop.affinities import TrueAffinities
from shelfwise.sample_shop.land import land_sample_shop
from shelfwise.sample_shop.parameters import ShopParameters
from shelfwise.sample_shop.simulation import Shop, simulate
from shelfwise.settings import Settings, find_project_dir

TABLES = ("events", "products", "customers", "orders", "order_lines")


def settings_in(folder: Path) -> Settings:
    return Settings(project_dir=find_project_dir(), data_dir=folder)


@pytest.fixture(scope="session")
def landed(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The landing folder of a small shop."""
    settings = settings_in(tmp_path_factory.mktemp("data"))
    land_sample_shop(settings, seed=7, size="small")
    return settings.landing_path / "sample_shop"


@pytest.fixture(scope="session")
def marker(landed: Path) -> dict[str, Any]:
    marker: dict[str, Any] = json.loads((landed / "sample_shop.json").read_text())
    return marker


@pytest.fixture(scope="session")
def tables(landed: Path) -> duckdb.DuckDBPyConnection:
    """A connection with a view of each landed table, and of the events that nothing is wrong with."""
    connection = duckdb.connect()
    for table in TABLES:
        connection.execute(
            f"create view {table} as select * from read_parquet('{landed}/{table}/dt=*/*.parquet', filename = true)"
        )
    connection.execute("""
        create view sound_events as
        select * from events
        where event_id is not null
            and device_id is not null
            and event_name <> 'vieuw_item'
            and occurred_at between timestamp '2026-07-03' and timestamp '2026-10-01'
            and coalesce(unit_price, 1) between 0 and 100000
            and coalesce(quantity, 1) > 0
            and coalesce(product_id, '') <> 'P99999'
            and coalesce(currency, 'GBP') = 'GBP'
        qualify row_number() over (partition by event_id order by received_at) = 1
    """)
    return connection


@pytest.fixture(scope="session")
def shop() -> Shop:
    return simulate(ShopParameters(7, 400))


@pytest.fixture(scope="session")
def busy_shop() -> Shop:
    """A shop with enough visits for shares of them to settle."""
    return simulate(ShopParameters(7, 1_500))


@pytest.fixture(scope="session")
def affinities(shop: Shop) -> TrueAffinities:
    return TrueAffinities(shop.parameters, shop.preferences)
