from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import pytest

from bench.warehouse.dataset import Dataset, make_days
from bench.warehouse.peers import PEERS, differences
from shelfwise.settings import Settings

NOON = datetime(2025, 1, 6, 12)


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A folder in which both peers have worked on a small data set and one more file of cases chosen by hand."""
    folder = tmp_path_factory.mktemp("peers")
    dataset = Dataset(folder / "dataset", 7, 4_000)
    days = list(make_days(dataset, 2, Settings(data_dir=folder, threads=1)))
    cases = folder / "cases.parquet"
    write_cases(dataset.events_file(0), cases)
    files = [str(dataset.events_file(day)) for day in days] + [str(cases)]
    for peer in PEERS.values():
        peer(folder, files)
    return folder


def write_cases(like: Path, path: Path) -> None:
    """Write a device's events: two minutes apart, 30 minutes, one second more; and one delivered again later."""
    minutes = [0, 2, 32, 62 + 1 / 60]
    rows = [
        (f"m{number}", NOON + timedelta(minutes=minute), NOON + timedelta(minutes=minute + late), f"p{number % 2}")
        for number, minute in enumerate(minutes)
        for late in ([0, 500] if number == 1 else [0])
    ]
    rows.sort(key=lambda row: row[2])
    connection = duckdb.connect()
    connection.execute(f"create table cases as from read_parquet('{like}', hive_partitioning = false) limit 0")
    connection.executemany(
        "insert into cases by name select ? as message_id, ? as occurred_at, ? as received_at, ? as product_id, "
        "'one device' as anonymous_id",
        rows,
    )
    connection.execute(f"copy cases to '{path}' (format parquet)")


def test_both_peers_do_the_same_work(folder: Path) -> None:
    assert differences(folder) == {"events": 0, "sessions": 0, "co_visits": 0}


def test_a_repeated_message_counts_once_and_thirty_minutes_are_no_pause(folder: Path) -> None:
    for events in (f"'{folder / 'events.parquet'}'", "plain.events"):
        with duckdb.connect() as connection:
            connection.execute(f"attach '{folder / 'plain.duckdb'}' as plain (read_only)")
            rows = connection.execute(f"""
                select message_id, received_at, dense_rank() over (order by session_id)
                from {events} where anonymous_id = 'one device' order by message_id
            """).fetchall()
        assert [row[2] for row in rows] == [1, 1, 1, 2], events
        assert rows[1][:2] == ("m1", NOON + timedelta(minutes=2)), events


def test_products_seen_in_one_session_are_companions(folder: Path) -> None:
    with duckdb.connect(str(folder / "plain.duckdb"), read_only=True) as connection:
        rows = connection.execute("""
            select product_id, other_product_id, session_count from co_visits
            where product_id in ('p0', 'p1') order by product_id
        """).fetchall()
        most = connection.execute("select max(n) from (select count(*) as n from co_visits group by product_id)")
        assert rows == [("p0", "p1", 1), ("p1", "p0", 1)]
        assert most.fetchall() == [(20,)]
