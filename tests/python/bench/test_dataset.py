from __future__ import annotations

from pathlib import Path

import duckdb
import pytest

from bench.warehouse.dataset import Dataset, land_days, make_days
from shelfwise.settings import Settings

EVENTS_PER_DAY = 4_000


@pytest.fixture(scope="module")
def settings(tmp_path_factory: pytest.TempPathFactory) -> Settings:
    return Settings(data_dir=tmp_path_factory.mktemp("data"), threads=1)


@pytest.fixture(scope="module")
def dataset(settings: Settings) -> Dataset:
    dataset = Dataset(settings.data_path / "dataset", 7, EVENTS_PER_DAY)
    assert list(make_days(dataset, 9, settings)) == list(range(9))
    return dataset


@pytest.fixture
def landed(dataset: Dataset) -> duckdb.DuckDBPyConnection:
    connection = duckdb.connect()
    for source, table in [("web", "events"), ("shop", "orders"), ("shop", "order_lines"), ("shop", "customers")]:
        files = dataset.landing / source / table / "*" / "*.parquet"
        connection.execute(
            f"create view {table} as from read_parquet('{files}', filename = true, hive_partitioning = true)"
        )
    return connection


def one(connection: duckdb.DuckDBPyConnection, query: str) -> tuple[object, ...]:
    row = connection.execute(query).fetchone()
    assert row is not None
    return row


def test_a_history_that_grows_is_the_history_made_at_once(dataset: Dataset, settings: Settings, tmp_path: Path) -> None:
    grown = Dataset(tmp_path, dataset.seed, dataset.events_per_day)
    assert list(make_days(grown, 3, settings)) == [0, 1, 2]
    assert list(make_days(grown, 9, settings)) == [3, 4, 5, 6, 7, 8]
    for day in range(9):
        for ours, theirs in zip(grown.files_of(day), dataset.files_of(day), strict=True):
            assert ours.read_bytes() == theirs.read_bytes(), ours.name


def test_a_seed_makes_a_shop_of_its_own(dataset: Dataset, settings: Settings, tmp_path: Path) -> None:
    other = Dataset(tmp_path, dataset.seed + 1, dataset.events_per_day)
    assert list(make_days(other, 1, settings)) == [0]
    shared = f"select count(*) from '{other.events_file(0)}' join '{dataset.events_file(0)}' using (message_id)"
    assert one(duckdb.connect(), shared) == (0,)


def test_a_day_has_the_events_it_should(landed: duckdb.DuckDBPyConnection) -> None:
    fewest, most = one(landed, "select min(n), max(n) from (select count(*) as n from events group by dt)")
    assert EVENTS_PER_DAY * 0.75 < fewest < most < EVENTS_PER_DAY * 1.3  # type: ignore[operator]


def test_rows_stand_in_the_file_of_the_day_they_arrived_in_order(landed: duckdb.DuckDBPyConnection) -> None:
    elsewhere = "select count(*) from events where cast(received_at as date) <> dt or loaded_at < received_at"
    assert one(landed, elsewhere) == (0,)
    disordered = """
        select count(*) from (
            select
                source_row <> row_number() over by_arrival as is_misplaced
            from events
            window by_arrival as (partition by filename order by received_at, message_id, occurred_at)
        ) where is_misplaced
    """
    assert one(landed, disordered) == (0,)


def test_faults_of_real_life_are_in_it(landed: duckdb.DuckDBPyConnection) -> None:
    shares = one(
        landed,
        """
        select
            1 - count(distinct message_id) / count(*),
            count_if(received_at > occurred_at + interval 1 hour) / count(*),
            count_if(regexp_matches(user_agent, '(?i)bot|python|headless')) / count(*)
        from events
        """,
    )
    assert [0.002 < share < 0.03 for share in shares] == [True] * 3, shares  # type: ignore[operator]


def test_a_repeated_message_is_the_same_message(landed: duckdb.DuckDBPyConnection) -> None:
    differing = """
        select count(*) from (
            select message_id from events group by message_id
            having count(distinct (event, occurred_at, anonymous_id, user_id, product_id, price, products)) > 1
        )
    """
    assert one(landed, differing) == (0,)


def test_orders_of_pages_and_of_the_database_agree(landed: duckdb.DuckDBPyConnection) -> None:
    told, unknown = one(
        landed,
        """
        select
            count(distinct order_id),
            count(distinct order_id) filter (where order_id not in (select order_id from orders))
        from events where event = 'Order Completed'
        """,
    )
    assert told > 20  # type: ignore[operator]
    assert unknown == 0
    lost_lines = "select count(*) from order_lines where order_id not in (select order_id from orders)"
    assert one(landed, lost_lines) == (0,)
    strangers = "select count(*) from events where user_id not in (select customer_id from customers)"
    assert one(landed, strangers) == (0,)


def test_landing_is_a_link_that_the_registry_reads(dataset: Dataset, settings: Settings) -> None:
    count = land_days(dataset, range(2), settings)
    landed = sorted(settings.landing_path.glob("*/*/dt=*/*.parquet"))
    assert len(landed) == 10
    assert all(path.stat().st_nlink == 2 for path in landed)
    events = settings.landing_path / "web" / "events"
    assert one(duckdb.connect(), f"select count(*) from '{events}/*/*.parquet'") == (count,)
    stated = f"""
        select decode(value) from parquet_kv_metadata('{dataset.events_file(0)}') where decode(key) = 'file_sha256'
    """
    carried = f"select distinct file_sha256 from '{dataset.events_file(0)}'"
    assert one(duckdb.connect(), stated) == one(duckdb.connect(), carried)
