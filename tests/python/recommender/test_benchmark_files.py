"""Files handed to the benchmark: what is taken, and what is refused with file, row, field and remedy."""

from __future__ import annotations

from datetime import date, datetime
from pathlib import Path

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shelfwise.errors import ShelfwiseError
from shelfwise.recommender.benchmark.purchase_files import load_baskets, load_purchases
from shelfwise.recommender.benchmark.session_files import load_sessions, read_prefixes
from shelfwise.recommender.benchmark.upstream import fill_dates, make_upstream
from shelfwise.settings import find_project_dir


@pytest.fixture
def connection():
    with duckdb.connect(config={"threads": 2, "preserve_insertion_order": False}) as opened:
        opened.execute("set TimeZone = 'UTC'")
        make_upstream(opened, find_project_dir())
        yield opened


def write(path: Path, **columns: list) -> Path:
    pq.write_table(pa.table(columns), path)
    return path


def sessions_of(connection: duckdb.DuckDBPyConnection) -> list[str]:
    rows = connection.execute("""
        select string_agg(product_id, '' order by occurred_at), min(occurred_at) as began
        from fct_events group by session_id order by began
    """).fetchall()
    return [row[0] for row in rows]


def test_sessions_keep_the_order_of_the_file(connection, tmp_path) -> None:
    """Each stands in one piece, so their order is meant, whatever their ids."""
    path = write(tmp_path / "s.parquet", session_id=[9, 9, 4], pos=[1, 2, 1], item_id=["a", "b", "c"])
    assert load_sessions(connection, path) == 2
    assert sessions_of(connection) == ["ab", "c"]


def test_shuffled_rows_are_put_in_the_order_of_ids_and_positions(connection, tmp_path) -> None:
    path = write(tmp_path / "s.parquet", session_id=[9, 4, 9, 4], pos=[2, 2, 1, 1], item_id=["b", "d", "a", "c"])
    load_sessions(connection, path)
    assert sessions_of(connection) == ["cd", "ab"]


def test_loaded_sessions_are_events_with_days_and_products(connection, tmp_path) -> None:
    path = write(tmp_path / "s.parquet", session_id=[1, 1, 2], pos=[0, 1, 0], item_id=[7, 8, 7])
    load_sessions(connection, path)
    fill_dates(connection)
    assert connection.execute("select count(*), count(distinct event_id) from fct_events").fetchall() == [(3, 3)]
    assert connection.execute("select sum(view_item_count) from fct_sessions").fetchall() == [(3,)]
    assert connection.execute("select product_id from dim_products order by all").fetchall() == [("7",), ("8",)]
    missing = "select count(*) from fct_events where event_date not in (select date_day from dim_dates)"
    assert connection.execute(missing).fetchall() == [(0,)]


def test_prefixes_of_one_session_are_recognised_by_their_getting_shorter(connection, tmp_path) -> None:
    path = write(tmp_path / "p.parquet", prefix=[[1, 2], [1], [3], [3, 4]], target=[3, 2, 9, 9])
    questions = read_prefixes(connection, path)
    assert questions.prefixes[0] == ["1", "2"]
    assert questions.targets == ["3", "2", "9", "9"]
    assert questions.sessions.tolist() == [0, 0, 1, 2]


def test_prefixes_with_session_ids_need_no_guess(connection, tmp_path) -> None:
    path = write(tmp_path / "p.parquet", prefix=[[1], [1, 2], [3]], target=[2, 3, 9], session_id=["x", "x", "y"])
    assert read_prefixes(connection, path).sessions.tolist() == [0, 0, 1]


def lines(tmp_path: Path, **changes: list) -> Path:
    columns = {
        "customer_id": ["ann", "ann", "bob"],
        "item_id": ["a", "b", "a"],
        "ordered_at": [datetime(2024, 1, 1, 10), datetime(2024, 2, 1), datetime(2024, 2, 1, 0, 0, 1)],
        "basket_id": [1, 2, 3],
    }
    return write(tmp_path / "lines.parquet", **(columns | changes))


def test_purchases_are_divided_at_the_cutoff(connection, tmp_path) -> None:
    load_purchases(connection, lines(tmp_path), date(2024, 2, 1), 30)
    assert connection.execute("select customer_id, product_id from fct_order_lines").fetchall() == [("ann", "a")]
    assert connection.execute("select * from truth order by all").fetchall() == [("ann", "b"), ("bob", "a")]


def test_baskets_are_laid_a_week_apart_with_the_latest_on_one_day(connection, tmp_path) -> None:
    train = write(tmp_path / "b.parquet", customer_id=[1, 1, 1, 2], basket_no=[1, 4, 4, 7], item_id=[5, 5, 6, 6])
    future = write(tmp_path / "f.parquet", customer_id=[1, 2], item_id=[5, 9])
    load_baskets(connection, train, future)
    days = connection.execute("select customer_id, order_date from fct_order_lines order by all").fetchall()
    assert days == [
        ("1", date(2024, 12, 24)),
        ("1", date(2024, 12, 31)),
        ("1", date(2024, 12, 31)),
        ("2", date(2024, 12, 31)),
    ]
    assert connection.execute("select count(*) from truth").fetchall() == [(2,)]


@pytest.mark.parametrize(
    ("columns", "message"),
    [
        ({"session_id": [1], "pos": [1]}, r"no column 'item_id'; it has session_id, pos"),
        ({"session_id": [1], "pos": ["x"], "item_id": [1]}, r"column 'pos' of .* is VARCHAR"),
        ({"session_id": [1, None], "pos": [1, 2], "item_id": [1, 1]}, r"row 2: session_id is empty"),
        ({"session_id": [1, 1, 1], "pos": [1, 2, 2], "item_id": [1, 1, 2]}, r"row 2: pos stands twice .* 1 more"),
        (
            {
                "session_id": pa.array([], pa.int64()),
                "pos": pa.array([], pa.int64()),
                "item_id": pa.array([], pa.int64()),
            },
            "has no rows",
        ),
    ],
)
def test_faulty_sessions_are_refused_with_row_and_field(connection, tmp_path, columns, message) -> None:
    with pytest.raises(ShelfwiseError, match=message) as refused:
        load_sessions(connection, write(tmp_path / "s.parquet", **columns))
    assert refused.value.remedy


def test_an_empty_prefix_is_refused(connection, tmp_path) -> None:
    path = write(tmp_path / "p.parquet", prefix=pa.array([[1], []], pa.list_(pa.int64())), target=[1, 2])
    with pytest.raises(ShelfwiseError, match="row 2: prefix is empty"):
        read_prefixes(connection, path)


@pytest.mark.parametrize("content", [b"", b"customer_id,item_id\n1,2\n", b"PAR1 and then nothing"])
def test_what_is_no_parquet_is_refused(connection, tmp_path, content) -> None:
    path = tmp_path / "x.parquet"
    path.write_bytes(content)
    with pytest.raises(ShelfwiseError, match="cannot be read as Parquet"):
        load_sessions(connection, path)


def test_a_missing_file_is_named(connection, tmp_path) -> None:
    with pytest.raises(ShelfwiseError, match=r"there is no file .*nowhere.parquet"):
        load_sessions(connection, tmp_path / "nowhere.parquet")


@pytest.mark.parametrize(
    ("cutoff", "message"), [(date(2023, 1, 1), "no order lies before"), (date(2024, 3, 1), "in the 30 days from")]
)
def test_a_cutoff_outside_the_orders_is_refused_with_their_dates(connection, tmp_path, cutoff, message) -> None:
    with pytest.raises(ShelfwiseError, match=message) as refused:
        load_purchases(connection, lines(tmp_path), cutoff, 30)
    assert "2024-01-01 to 2024-02-01" in refused.value.remedy


def test_text_where_a_time_belongs_is_refused(connection, tmp_path) -> None:
    path = lines(tmp_path, ordered_at=["2024-01-01", "2024-01-02", "2024-01-03"])
    with pytest.raises(ShelfwiseError, match=r"column 'ordered_at' .* is VARCHAR"):
        load_purchases(connection, path, date(2024, 1, 2), 30)
