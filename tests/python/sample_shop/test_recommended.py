from __future__ import annotations

import duckdb
import pytest

from shelfwise.sample_shop.recommended import SHELF_LENGTH


def count(tables: duckdb.DuckDBPyConnection, query: str) -> int:
    ((found,),) = tables.execute(query).fetchall()
    return int(found)


@pytest.fixture(scope="module")
def shelf(tables: duckdb.DuckDBPyConnection) -> duckdb.DuckDBPyConnection:
    tables.execute("create or replace view shown as select * from events where event_name = 'view_recommendation'")
    tables.execute("create or replace view clicked as select * from events where event_name = 'select_recommendation'")
    return tables


def test_a_list_has_the_products_of_one_home_page_in_their_places(shelf: duckdb.DuckDBPyConnection) -> None:
    lists = shelf.execute("""
        select count(*), count(distinct product_id), min(position), max(position), count(distinct device_id),
            count(distinct occurred_at), any_value(list_id)
        from shown group by recommendation_id
    """).fetchall()
    assert set(lists) == {(SHELF_LENGTH, SHELF_LENGTH, 1, SHELF_LENGTH, 1, 1, "home")}
    homes = count(
        shelf,
        """
        select count(*) from sound_events where page_url like '%.example/' and event_name = 'page_view'
        and received_at < occurred_at + interval 1 day and not regexp_matches(user_agent, '[Bb]ot|Headless|python')
        """,
    )
    assert 0.25 < len(lists) / homes < 0.35


def test_a_click_is_on_what_the_device_was_shown_before(shelf: duckdb.DuckDBPyConnection) -> None:
    clicks = count(shelf, "select count(*) from clicked")
    assert clicks > 10
    matched = """
        select count(*) from clicked inner join shown using (recommendation_id, device_id, product_id, position)
        where clicked.occurred_at > shown.occurred_at
    """
    late_lists = "select count(*) from clicked where recommendation_id not in (select recommendation_id from shown)"
    assert count(shelf, matched) == clicks - count(shelf, late_lists)
    assert count(shelf, "select count(distinct (recommendation_id, product_id)) from clicked") == clicks


def test_the_shelf_opens_no_visit_and_ends_none(shelf: duckdb.DuckDBPyConnection) -> None:
    apart = """
        select count(*) from (select * from shown union all select * from clicked) as of_shelf
        where not exists (
            select 1 from events
            where events.device_id = of_shelf.device_id and events.occurred_at = of_shelf.occurred_at
                and events.event_name in ('page_view', 'view_item')
        )
    """
    assert count(shelf, apart) == 0
