"""A leak planted in any feature model of a real build stops training."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from shelfwise.recommender.dataset import Warehouse
from shelfwise.recommender.leakage import LeakageError, check_point_in_time
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build

pytestmark = [pytest.mark.slow, pytest.mark.timeout(900), pytest.mark.xdist_group("online_retail")]


@pytest.fixture
def connection(online_retail_settings: Settings) -> Iterator[duckdb.DuckDBPyConnection]:
    """The build database, in a transaction that is taken back."""
    with duckdb.connect(str(online_retail_settings.build_database)) as connection:
        connection.begin()
        yield connection
        connection.rollback()


def test_the_build_as_it_is_has_no_leak(online_retail_settings: Settings) -> None:
    with connect_build(online_retail_settings) as connection:
        latest_sources = Warehouse(connection).latest_sources()
    assert len(latest_sources) == 6
    assert all(latest is not None for _, _, latest in latest_sources)
    check_point_in_time(latest_sources)


@pytest.mark.parametrize(
    ("model", "rows"),
    [
        ("rec_product_features", "popularity_rank = 1"),
        ("rec_customer_features", "order_count > 100"),
        ("rec_customer_product_features", "order_count > 50"),
        ("rec_country_popularity", "popularity_rank = 1"),
        ("rec_copurchase", "similarity_order = 1"),
    ],
)
def test_a_planted_leak_is_seen_in_every_feature_model(
    connection: duckdb.DuckDBPyConnection, model: str, rows: str
) -> None:
    connection.execute(f"update {model} set latest_source_at = timestamp '2100-01-01' where {rows}")
    with pytest.raises(LeakageError, match="2100-01-01"):
        check_point_in_time(Warehouse(connection).latest_sources())
