"""The marker's counts, counted again from the landed rows; and what is left without the faults is consistent."""

from __future__ import annotations

from typing import Any

import duckdb
import pytest

RECOUNTS = {
    "duplicate_events": "select count(event_id) - count(distinct event_id) from events",
    "null_event_id": "select count(*) from events where event_id is null",
    "null_device_id": "select count(*) from events where device_id is null",
    "unknown_event_name": "select count(*) from events where event_name = 'vieuw_item'",
    "timestamp_in_past": "select count(*) from events where occurred_at < timestamp '2026-07-03'",
    "timestamp_in_future": "select count(*) from events where occurred_at > timestamp '2026-10-01'",
    "negative_price": "select count(*) from events where unit_price < 0",
    "absurd_price": "select count(*) from events where unit_price > 100000",
    "nonpositive_quantity": "select count(*) from events where event_name = 'purchase' and quantity <= 0",
    "unknown_product": """
        select count(*) from events
        where product_id is not null and product_id not in (select product_id from products)
    """,
    "unknown_currency": "select count(*) from events where currency not in ('GBP')",
    "late_events": "select count(*) from sound_events where received_at >= occurred_at + interval 1 day",
    "out_of_order_events": """
        select count(*) from (
            select occurred_at < lag(occurred_at) over (partition by filename order by source_row) as is_earlier
            from events
        ) where is_earlier
    """,
    "bot_user_agent_events": "select count(*) from events where regexp_matches(user_agent, '[Bb]ot|Headless|python')",
    "behavioural_bot_devices": """
        with gaps as (
            select device_id, date_diff('ms', lag(occurred_at) over device, occurred_at) as gap
            from sound_events where not regexp_matches(user_agent, '[Bb]ot|Headless|python')
            window device as (partition by device_id order by occurred_at)
            qualify count(*) over (partition by device_id) > 240
        ),
        machines as (
            select device_id from gaps group by device_id having quantile_cont(gap, 0.9) between 1500 and 2500
        )
        select count(*) from machines
    """,
    "test_orders": "select count(distinct order_id) from orders where is_test",
    "test_order_lines": """
        select count(distinct order_line_id) from order_lines
        where order_id in (select order_id from orders where is_test)
    """,
    "orphan_order_lines": """
        select count(distinct order_line_id) from order_lines where order_id not in (select order_id from orders)
    """,
    "duplicate_order_lines": "select count(*) - count(distinct order_line_id) from order_lines",
}


@pytest.mark.parametrize("fault", RECOUNTS)
def test_faults_occur_as_often_as_recorded(
    fault: str, tables: duckdb.DuckDBPyConnection, marker: dict[str, Any]
) -> None:
    ((counted,),) = tables.execute(RECOUNTS[fault]).fetchall()
    assert counted == marker["faults"][fault]
    assert counted > 0


def test_bots_send_a_small_share_of_a_small_shops_events(marker: dict[str, Any]) -> None:
    faults, events = marker["faults"], marker["rows"]["events"]
    assert 0.005 < faults["behavioural_bot_events"] / events < 0.03
    assert 0.01 < faults["bot_user_agent_events"] / events < 0.04


def test_recorded_rows_are_the_landed_rows(tables: duckdb.DuckDBPyConnection, marker: dict[str, Any]) -> None:
    for table, rows in marker["rows"].items():
        assert tables.execute(f"select count(*) from {table}").fetchall() == [(rows,)]


def test_some_duplicates_land_on_a_later_day(tables: duckdb.DuckDBPyConnection) -> None:
    ((later, same_day),) = tables.execute("""
        select count(*) filter (where days > 1), count(*) filter (where days = 1)
        from (
            select count(distinct filename) as days from events
            where event_id is not null group by event_id having count(*) > 1
        )
    """).fetchall()
    assert later > 0
    assert same_day > 0


def test_duplicates_differ_in_nothing_but_their_arrival(tables: duckdb.DuckDBPyConnection) -> None:
    columns = "* exclude (dt, received_at, source_file, source_row, file_sha256, loaded_at, filename)"
    ((contents, ids),) = tables.execute(f"""
        select count(*), count(distinct event_id)
        from (select distinct {columns} from events where event_id is not null)
    """).fetchall()
    assert contents == ids


def test_sound_purchases_and_refunds_are_the_order_lines_of_real_orders(tables: duckdb.DuckDBPyConnection) -> None:
    differences = """
        with lines as (
            select distinct
                if(quantity > 0, 'purchase', 'refund') as event_name, order_id, product_id,
                abs(quantity) as quantity, unit_price, occurred_at
            from order_lines
            where order_id in (select order_id from orders where not is_test)
        ),
        events as (
            select event_name, order_id, product_id, quantity, unit_price, occurred_at
            from sound_events where event_name in ('purchase', 'refund')
        )
        (from lines except all from events) union all (from events except all from lines)
    """
    assert tables.execute(differences).fetchall() == []
    ((sold, returned),) = tables.execute("""
        select count(*) filter (where quantity > 0), count(*) filter (where quantity < 0) from order_lines
    """).fetchall()
    assert sold > 300
    assert returned > 0


REFERENCES = {
    "customers of events have an account by then": """
        select 1 from sound_events as e left join
            (select customer_id, min(created_at) as created_at from customers group by all) as c using (customer_id)
        where e.customer_id is not null and (c.created_at is null or e.occurred_at < c.created_at)
    """,
    "customers of orders have an account by then": """
        select 1 from orders as o left join
            (select customer_id, min(created_at) as created_at from customers group by all) as c using (customer_id)
        where o.customer_id is not null and (c.created_at is null or o.updated_at < c.created_at)
    """,
    "products are in the catalogue before they are seen": """
        select 1 from sound_events as e left join
            (select product_id, min(updated_at) as launched_at from products group by all) as p using (product_id)
        where e.product_id is not null and (p.launched_at is null or e.occurred_at < p.launched_at)
    """,
    "prices of events are the catalogue's of that time": """
        select 1 from sound_events as e asof join products as p
            on e.product_id = p.product_id and e.occurred_at >= p.updated_at
        where e.event_name in ('view_item', 'add_to_cart') and e.unit_price <> p.price
    """,
    "returns follow a sale of at least as many units": """
        select 1 from order_lines as r left join order_lines as s
            on r.order_line_id = s.order_line_id || 'R'
        where r.quantity < 0
            and (s.order_line_id is null or s.quantity < -r.quantity or s.occurred_at >= r.occurred_at)
    """,
    "a device has one user agent": """
        select device_id from events where device_id is not null
        group by device_id having count(distinct user_agent) > 1
    """,
    "a later version of an order only adds its customer": """
        select order_id from orders group by order_id
        having count(distinct customer_id) > 1 or count(distinct ordered_at) > 1 or count(*) - count(customer_id) > 1
    """,
}


@pytest.mark.parametrize("statement", REFERENCES)
def test_references_hold(statement: str, tables: duckdb.DuckDBPyConnection) -> None:
    found = tables.execute(REFERENCES[statement]).fetchall()
    if statement.startswith("prices"):  # a visit over midnight keeps the prices it began with
        assert len(found) < 20
    else:
        assert found == []
