"""Arrivals that break naive increments, one by one: what lands in each load, and what must stand in the end.

All cases are namespaces of the warehouse that the generated shops are in too (`warehouses`): six loads in turn in
one folder, one full refresh over the same files in another.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from decimal import Decimal

import pytest
from arrivals import LOAD_WITH_A_REBUILD
from shops import (
    LandedFile,
    Row,
    Shop,
    clicked,
    event,
    load,
    logged,
    login,
    order,
    order_line,
    page,
    product,
    shop_of,
    shown,
)
from warehouses import Warehouses

pytestmark = [pytest.mark.slow, pytest.mark.timeout(1800), pytest.mark.xdist_group("exactness")]

CASES: list[Shop] = []

SESSIONS = """
    select session_date, cast(started_at as time)::string, event_count from fct_sessions
    where namespace = $namespace order by started_at
"""
EVENT_STATUSES = """
    select split_part(event_id, ':', 2), row_status, quarantine_reason from intermediate.int_events__classified
    where namespace = $namespace order by all
"""


def case(namespace: str, *loads: Iterable[LandedFile]) -> Shop:
    """A shop of its own in the warehouses."""
    CASES.append(shop_of(namespace, *loads))
    return CASES[-1]


def pages(first: str, count: int, *, number: int = 1, gap: timedelta, device: str = "d1") -> list[Row]:
    """`count` page calls of a device, `gap` apart, called `e<number>` and so on."""
    at = datetime.fromisoformat(first)
    return [page(f"e{number + step}", at + gap * step, device=device) for step in range(count)]


ACROSS_MIDNIGHT = case(
    "across_midnight",
    load(1, page("e1", "2026-03-01 23:50:00")),
    load(2, page("e2", "2026-03-02 00:10:00")),
)


def test_a_session_goes_on_across_midnight(warehouses: Warehouses) -> None:
    assert warehouses.rows(ACROSS_MIDNIGHT, SESSIONS) == [(date(2026, 3, 1), "23:50:00", 2)]
    days = """
        select event_date, count(distinct session_id) from fct_events where namespace = $namespace
        group by all order by all
    """
    assert warehouses.rows(ACROSS_MIDNIGHT, days) == [(date(2026, 3, 1), 1), (date(2026, 3, 2), 1)]


ACROSS_LOADS = case(
    "across_loads",
    load(1, page("e1", "2026-03-01 10:00:00"), page("e4", "2026-03-01 11:50:00", device="d2")),
    load(2, page("e2", "2026-03-01 10:20:00"), page("e5", "2026-03-01 11:00:00", device="d2")),
    load(4, page("e3", "2026-03-01 10:40:00"), page("e6", "2026-03-01 11:25:00", device="d2")),
)


def test_a_session_goes_on_across_loads_and_a_late_event_joins_two(warehouses: Warehouses) -> None:
    assert warehouses.rows(ACROSS_LOADS, SESSIONS) == [
        (date(2026, 3, 1), "10:00:00", 3),
        (date(2026, 3, 1), "11:00:00", 3),
    ]


A_DAY_WITHOUT_PAUSE = pages("2026-03-01 09:00:00", 55, gap=timedelta(minutes=29))
ACROSS_24_HOURS = case(
    "across_24_hours",
    load(1, *A_DAY_WITHOUT_PAUSE[::2]),
    load(2, *A_DAY_WITHOUT_PAUSE[1::2]),
    load(3, page("e0", "2026-03-01 08:31:00")),
)


def test_the_cut_at_24_hours_is_counted_from_the_first_event_though_it_comes_last(warehouses: Warehouses) -> None:
    assert warehouses.rows(ACROSS_24_HOURS, SESSIONS) == [
        (date(2026, 3, 1), "08:31:00", 50),
        (date(2026, 3, 2), "08:41:00", 6),
    ]


MOVED_START = case(
    "moved_start",
    load(1, page("e2", "2026-03-02 00:10:00")),
    load(2, page("e1", "2026-03-01 23:55:00")),
)


def test_a_late_event_takes_the_session_to_the_day_before(warehouses: Warehouses) -> None:
    assert warehouses.rows(MOVED_START, SESSIONS) == [(date(2026, 3, 1), "23:55:00", 2)]
    metrics = """
        select metric_date, session_count from daily_metrics
        where namespace = $namespace and segment_type = 'all' order by all
    """
    assert warehouses.rows(MOVED_START, metrics) == [(date(2026, 3, 1), 1)]


TAKEN_APART = case(
    "taken_apart",
    load(1, page("e1", "2026-03-01 23:30:00"), page("e3", "2026-03-02 00:20:00")),
    load(1, page("e2", "2026-03-01 23:55:00"), name="between"),
    load(
        2,
        page("e2", "2026-03-01 12:00:00", received_at=datetime(2026, 3, 2, 12)),
        name="between-corrected",
        supersedes="between",
    ),
)


def test_a_session_falls_apart_when_the_event_between_is_corrected(warehouses: Warehouses) -> None:
    assert warehouses.rows(TAKEN_APART, SESSIONS) == [
        (date(2026, 3, 1), "12:00:00", 1),
        (date(2026, 3, 1), "23:30:00", 1),
        (date(2026, 3, 2), "00:20:00", 1),
    ]


REFUND_LATER = case(
    "refund_later",
    load(
        1,
        product("p1"),
        order("o1", "2026-03-01 10:00:00"),
        order_line("l1", "o1", "2026-03-01 10:00:00", quantity="3"),
    ),
    load(3, order_line("l2", "o1", "2026-03-05 10:00:00", quantity="-1")),
)


def test_a_partial_return_in_a_later_load_belongs_to_its_order_and_to_its_own_day(warehouses: Warehouses) -> None:
    orders = (
        "select gross_revenue, returned_revenue, net_revenue, order_number from fct_orders where namespace = $namespace"
    )
    assert warehouses.rows(REFUND_LATER, orders) == [(Decimal(30), Decimal(10), Decimal(20), 1)]
    returns = """
        select metric_date from daily_metrics
        where namespace = $namespace and segment_type = 'all' and returned_revenue > 0
    """
    assert warehouses.rows(REFUND_LATER, returns) == [(date(2026, 3, 5),)]


IDENTITY_LATER = case(
    "identity_later",
    load(1, page("e1", "2026-03-01 10:00:00")),
    load(2, login("e2", "2026-03-01 10:10:00", "c1")),
    load(4, login("e3", "2026-03-01 10:05:00", "c2")),
)


def test_who_used_a_device_is_learned_later_for_what_was_done_before(warehouses: Warehouses) -> None:
    identities = """
        select split_part(customer_id, ':', 2), cast(valid_from as time)::string, cast(valid_to as time)::string
        from dim_device_customers where namespace = $namespace order by valid_from
    """
    assert warehouses.rows(IDENTITY_LATER, identities) == [("c2", "10:00:00", "10:10:00"), ("c1", "10:10:00", None)]


CORRECTED_FILE = case(
    "corrected_file",
    load(1, page("e1", "2026-03-01 10:00:00"), page("e2", "2026-03-01 10:05:00"), name="day"),
    load(2, page("e1", "2026-03-02 10:00:00"), name="day-again", supersedes="day"),
    load(4, page("e1", "2026-03-03 10:00:00"), name="day-at-last", supersedes="day-again"),
)


def test_a_file_in_the_place_of_another_leaves_nothing_of_it(warehouses: Warehouses) -> None:
    assert warehouses.rows(CORRECTED_FILE, SESSIONS) == [(date(2026, 3, 3), "10:00:00", 1)]
    assert warehouses.rows(CORRECTED_FILE, EVENT_STATUSES) == [
        ("e1", "fact", None),
        ("e1", "superseded", None),
        ("e1", "superseded", None),
        ("e2", "superseded", None),
    ]


CORRECTED_CATALOGUE = case(
    "corrected_catalogue",
    load(1, product("p1"), product("p2", updated="2026-01-01 00:00:00"), name="catalogue"),
    load(1, event("e1", "2026-03-01 10:00:00", product="p1"), event("e2", "2026-03-01 10:05:00", product="p2")),
    load(1, order("o1", "2026-03-01 10:00:00")),
    load(
        1, order_line("l1", "o1", "2026-03-01 10:00:00"), order_line("l2", "o1", "2026-03-01 10:00:00", product_id="p2")
    ),
    load(LOAD_WITH_A_REBUILD, product("p1", title="Renamed"), name="catalogue-corrected", supersedes="catalogue"),
)


def test_what_a_corrected_catalogue_no_longer_has_takes_its_clicks_and_lines_with_it(warehouses: Warehouses) -> None:
    assert warehouses.rows(CORRECTED_CATALOGUE, EVENT_STATUSES) == [
        ("e1", "fact", None),
        ("e2", "quarantined", "unknown_product"),
    ]
    orders = "select line_count, net_revenue from fct_orders where namespace = $namespace"
    assert warehouses.rows(CORRECTED_CATALOGUE, orders) == [(1, Decimal(10))]


ALMOST_A_BOT = pages("2026-03-03 12:00:00", 10, number=10, gap=timedelta(seconds=1))
A_BOT_AFTER_ALL = pages("2026-03-03 12:00:10", 3, number=20, gap=timedelta(seconds=1))
TURNS_OUT_A_BOT = case(
    "turns_out_a_bot",
    load(1, page("e1", "2026-03-01 10:00:00"), page("e2", "2026-03-01 10:00:00", device="d2")),
    load(2, *ALMOST_A_BOT),
    load(4, *A_BOT_AFTER_ALL),
    load(5, page("e3", "2026-03-05 10:00:00"), page("e4", "2026-02-28 10:00:00")),
)


def test_a_bot_takes_its_past_and_its_future_with_it(warehouses: Warehouses) -> None:
    facts = "select split_part(event_id, ':', 2) from fct_events where namespace = $namespace"
    assert warehouses.rows(TURNS_OUT_A_BOT, facts) == [("e2",)]
    sessions = "select split_part(device_id, ':', 2) from fct_sessions where namespace = $namespace"
    assert warehouses.rows(TURNS_OUT_A_BOT, sessions) == [("d2",)]


NO_BOT_AFTER_ALL = case(
    "no_bot_after_all",
    load(1, page("e1", "2026-03-01 10:00:00")),
    load(2, *ALMOST_A_BOT),
    load(2, *A_BOT_AFTER_ALL, name="clicks"),
    load(4, A_BOT_AFTER_ALL[0], name="clicks-corrected", supersedes="clicks"),
)


def test_a_device_whose_bot_evidence_is_withdrawn_comes_back_with_its_past(warehouses: Warehouses) -> None:
    assert warehouses.rows(NO_BOT_AFTER_ALL, SESSIONS) == [
        (date(2026, 3, 1), "10:00:00", 1),
        (date(2026, 3, 3), "12:00:00", 11),
    ]


SAME_FILE_TWICE = case(
    "same_file_twice",
    load(1, page("e1", "2026-03-01 10:00:00"), page("e2", "2026-03-01 10:05:00"), name="clicks"),
    load(1, product("p1"), order("o1", "2026-03-01 10:00:00"), name="export"),
    load(1, order_line("l1", "o1", "2026-03-01 10:00:00"), name="lines"),
    load(3, page("e1", "2026-03-01 10:00:00"), page("e2", "2026-03-01 10:05:00"), name="clicks-again"),
    load(3, order_line("l1", "o1", "2026-03-01 10:00:00"), name="lines-again"),
)


def test_the_same_file_twice_counts_once(warehouses: Warehouses) -> None:
    assert warehouses.rows(SAME_FILE_TWICE, EVENT_STATUSES) == [
        ("e1", "duplicate", None),
        ("e1", "fact", None),
        ("e2", "duplicate", None),
        ("e2", "fact", None),
    ]
    orders = "select line_count, net_revenue from fct_orders where namespace = $namespace"
    assert warehouses.rows(SAME_FILE_TWICE, orders) == [(1, Decimal(10))]


EARLIER_COPY_LATER = case(
    "earlier_copy_later",
    load(1, page("e1", "2026-03-01 10:00:00", received_at=datetime(2026, 3, 1, 12))),
    load(2, page("e1", "2026-03-02 10:00:00", device="d2", received_at=datetime(2026, 3, 1, 11, 59, 59))),
)


def test_of_two_copies_the_one_received_first_is_the_event_though_it_lands_later(warehouses: Warehouses) -> None:
    sessions = "select session_date, split_part(device_id, ':', 2) from fct_sessions where namespace = $namespace"
    assert warehouses.rows(EARLIER_COPY_LATER, sessions) == [(date(2026, 3, 2), "d2")]


PRODUCT_AFTER_CLICKS = case(
    "product_after_clicks",
    load(1, event("e1", "2026-03-01 10:00:00", product="p1"), event("e2", "2026-03-01 10:05:00", product="p2")),
    load(4, product("p1")),
)


def test_a_product_that_comes_after_its_clicks_frees_them(warehouses: Warehouses) -> None:
    assert warehouses.rows(PRODUCT_AFTER_CLICKS, EVENT_STATUSES) == [
        ("e1", "fact", None),
        ("e2", "quarantined", "unknown_product"),
    ]
    views = "select metric_date, view_count from daily_product_metrics where namespace = $namespace"
    assert warehouses.rows(PRODUCT_AFTER_CLICKS, views) == [(date(2026, 3, 1), 1)]


ORDER_AFTER_LINES = case(
    "order_after_lines",
    load(
        1, product("p1"), order_line("l1", "o1", "2026-03-01 10:00:00"), order_line("l2", "o2", "2026-03-01 10:00:00")
    ),
    load(3, order("o1", "2026-03-01 10:00:00")),
)


def test_an_order_that_comes_after_its_lines_frees_them(warehouses: Warehouses) -> None:
    statuses = """
        select split_part(order_line_id, ':', 2), row_status, quarantine_reason
        from intermediate.int_order_lines__classified where namespace = $namespace order by all
    """
    assert warehouses.rows(ORDER_AFTER_LINES, statuses) == [
        ("l1", "fact", None),
        ("l2", "quarantined", "order_not_found"),
    ]


ANOTHER_CUSTOMER = case(
    "another_customer",
    load(
        1,
        product("p1"),
        order("o1", "2026-03-01 10:00:00", customer="c1"),
        order_line("l1", "o1", "2026-03-01 10:00:00"),
    ),
    load(2, order("o2", "2026-03-02 10:00:00", customer="c2"), order_line("l2", "o2", "2026-03-02 10:00:00")),
    load(4, order("o1", "2026-03-01 10:00:00", customer="c2", updated="2026-03-04 00:00:00")),
)


def test_a_later_version_of_an_order_gives_its_lines_to_another_customer(warehouses: Warehouses) -> None:
    segments = """
        select split_part(customer_id, ':', 2), order_count, net_revenue from customer_rfm where namespace = $namespace
    """
    assert warehouses.rows(ANOTHER_CUSTOMER, segments) == [("c2", 2, Decimal(20))]


# Before run 3 the models named in `warehouses.UNFINISHED_RUNS` are run alone, as by a run that dies after them.
DIED_BETWEEN_MODELS = case(
    "died_between_models",
    load(1, product("p1"), event("e1", "2026-03-01 23:50:00")),
    load(2, event("e2", "2026-03-02 00:15:00")),
    load(3, event("e3", "2026-03-01 23:30:00"), order("o1", "2026-03-01 10:00:00")),
    load(3, order_line("l1", "o1", "2026-03-01 10:00:00")),
)


def test_a_run_that_died_between_models_is_made_good_by_the_next(warehouses: Warehouses) -> None:
    assert warehouses.rows(DIED_BETWEEN_MODELS, SESSIONS) == [(date(2026, 3, 1), "23:30:00", 3)]
    views = """
        select metric_date, view_count, unit_count from daily_product_metrics where namespace = $namespace order by all
    """
    assert warehouses.rows(DIED_BETWEEN_MODELS, views) == [(date(2026, 3, 1), 2, 1), (date(2026, 3, 2), 1, 0)]


PURCHASES = """
    select split_part(order_id, ':', 2), split_part(recommendation_id, ':', 2), attribution
    from fct_recommendation_purchases where namespace = $namespace order by all
"""
PERFORMANCE = """
    select
        impression_date, list_count, click_count, attributed_order_count, attributed_revenue, view_through_order_count
    from recommendation_performance where namespace = $namespace and segment_type = 'all' order by all
"""

CLICK_AFTER_ORDER = case(
    "click_after_order",
    load(1, product("p1"), shown("e1", "2026-03-01 23:55:00", "p1")),
    load(2, order("o1", "2026-03-03 10:00:00"), order_line("l1", "o1", "2026-03-03 10:00:00")),
    load(4, clicked("e2", "2026-03-02 00:05:00")),
)


def test_a_click_that_comes_after_its_list_and_its_order_counts_for_both(warehouses: Warehouses) -> None:
    assert warehouses.rows(CLICK_AFTER_ORDER, PURCHASES) == [("o1", "r1", "click")]
    assert warehouses.rows(CLICK_AFTER_ORDER, PERFORMANCE) == [(date(2026, 3, 1), 1, 1, 1, Decimal(10), 0)]


LATER_CLICK = case(
    "later_click",
    load(1, product("p1"), shown("e1", "2026-03-01 10:00:00", "p1"), clicked("e2", "2026-03-01 10:01:00")),
    load(2, order("o1", "2026-03-05 10:00:00"), order_line("l1", "o1", "2026-03-05 10:00:00")),
    load(3, shown("e3", "2026-03-04 10:00:00", "p1", recommendation="r2")),
    load(4, clicked("e4", "2026-03-04 10:01:00", recommendation="r2"), name="clicks"),
    load(6, page("e5", "2026-03-04 12:00:00"), name="clicks-corrected", supersedes="clicks"),
)


def test_an_order_goes_back_to_the_earlier_click_when_the_later_one_is_withdrawn(warehouses: Warehouses) -> None:
    assert warehouses.rows(LATER_CLICK, PURCHASES) == [("o1", "r1", "click")]


MOVED_ORDER = case(
    "moved_order",
    load(1, product("p1"), shown("e1", "2026-03-01 10:00:00", "p1")),
    load(
        2,
        order("o1", "2026-03-02 10:00:00"),
        order_line("l1", "o1", "2026-03-02 10:00:00"),
        order("o2", "2026-03-02 11:00:00"),
        order_line("l2", "o2", "2026-03-02 11:00:00"),
    ),
    load(
        4,
        order("o1", "2026-02-20 10:00:00", updated="2026-03-05 00:00:00"),
        order_line("l1", "o1", "2026-02-20 10:00:00", updated="2026-03-05 00:00:00"),
    ),
    load(5, order_line("l3", "o2", "2026-03-04 11:00:00", quantity="-1")),
)


def test_an_order_that_moves_before_its_list_leaves_it_and_a_return_takes_what_it_was_worth(
    warehouses: Warehouses,
) -> None:
    assert warehouses.rows(MOVED_ORDER, PURCHASES) == [("o2", "r1", "view")]
    revenue = "select sum(net_revenue) from fct_recommendation_purchases where namespace = $namespace"
    assert warehouses.rows(MOVED_ORDER, revenue) == [(Decimal(0),)]


LIST_OF_A_BOT = case(
    "list_of_a_bot",
    load(1, product("p1"), shown("e0", "2026-03-01 10:00:00", "p1"), clicked("e00", "2026-03-01 10:01:00")),
    load(1, shown("e000", "2026-03-01 10:00:00", "p1", device="d2")),
    load(3, *pages("2026-03-03 12:00:00", 20, gap=timedelta(seconds=1))),
)


def test_the_lists_of_a_device_that_turns_out_to_be_a_bot_are_gone(warehouses: Warehouses) -> None:
    assert warehouses.rows(LIST_OF_A_BOT, PERFORMANCE) == [(date(2026, 3, 1), 1, 0, 0, Decimal(0), 0)]


REMOVED_AFTER_ALL = case(
    "removed_after_all",
    load(1, product("p1"), event("e1", "2026-03-01 10:00:00")),
    load(
        LOAD_WITH_A_REBUILD,
        event("e2", "2026-03-01 10:10:00"),
        product("p1", updated="2026-02-01 00:00:00", title="Never"),
        name="mistaken",
        is_fleeting=True,
    ),
)


def test_a_file_that_is_removed_after_a_run_died_on_it_leaves_nothing(warehouses: Warehouses) -> None:
    assert warehouses.rows(REMOVED_AFTER_ALL, EVENT_STATUSES) == [("e1", "fact", None)]
    titles = "select title from dim_products where namespace = $namespace"
    assert warehouses.rows(REMOVED_AFTER_ALL, titles) == [("Product p1",)]


CORRECTION_FIRST = case(
    "correction_first",
    load(2, page("e1", "2026-03-02 10:00:00"), name="day-corrected", supersedes="day"),
    load(4, page("e1", "2026-03-01 10:00:00"), page("e2", "2026-03-01 10:05:00"), name="day"),
)


def test_a_file_that_lands_after_its_correction_counts_for_nothing(warehouses: Warehouses) -> None:
    assert warehouses.rows(CORRECTION_FIRST, SESSIONS) == [(date(2026, 3, 2), "10:00:00", 1)]


ORDERS_FROM_A_LOG = case(
    "orders_from_a_log",
    load(1, logged("2026-03-01 10:00:00", "purchase")),
    load(2, logged("2026-03-01 10:01:00", "purchase", product="1002")),
    load(4, logged("2026-03-01 09:50:00", "view"), logged("2026-03-01 10:00:00", "purchase")),
)


def test_where_no_database_comes_orders_and_products_are_read_from_events(warehouses: Warehouses) -> None:
    orders = "select order_date, line_count, net_revenue from fct_orders where namespace = $namespace"
    assert warehouses.rows(ORDERS_FROM_A_LOG, orders) == [(date(2026, 3, 1), 2, Decimal(20))]
    seen = "select first_seen_at from dim_products where namespace = $namespace order by all"
    assert warehouses.rows(ORDERS_FROM_A_LOG, seen) == [(datetime(2026, 3, 1, 9, 50),), (datetime(2026, 3, 1, 10, 1),)]


@pytest.mark.parametrize("shop", CASES, ids=lambda shop: shop.namespace)
def test_loads_in_turn_and_a_full_refresh_leave_the_same_rows(warehouses: Warehouses, shop: Shop) -> None:
    assert warehouses.differences_of(shop) == []
