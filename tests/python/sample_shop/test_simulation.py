from __future__ import annotations

from datetime import date, timedelta

import duckdb
import numpy as np
import pandas as pd
import pyarrow.compute as pc
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from numpy.typing import NDArray

from shelfwise.sample_shop import pages
from shelfwise.sample_shop.parameters import ShopParameters
from shelfwise.sample_shop.rhythm import promotion_on, promotions_of, seconds_of_day, traffic_on
from shelfwise.sample_shop.shelves import Shelves
from shelfwise.sample_shop.simulation import DAY, Shop, simulate, time_events
from shelfwise.sample_shop.tables import build_tables, hexadecimal
from shelfwise.sample_shop.vocabulary import DEPARTMENTS, LEAF_INDEX, LEAVES


def test_titles_are_unique_and_categories_have_three_levels(shop: Shop) -> None:
    titles = shop.preferences.catalogue.titles
    assert len(set(titles)) == len(titles)
    assert all(leaf.path.count(" > ") == 2 for leaf in LEAVES)
    assert len(LEAF_INDEX) == len(LEAVES)
    assert {name for leaf in LEAVES for name in leaf.goes_with} <= set(LEAF_INDEX)
    assert len(DEPARTMENTS) == 8


def test_weekdays_differ_as_meant(tables: duckdb.DuckDBPyConnection) -> None:
    rows = tables.execute("""
        select isodow(occurred_at), count(*) from sound_events
        where event_name = 'page_view' and device_id not in (
            select device_id from events group by device_id having count(*) > 200
        )
        group by all
    """).fetchall()
    by_day = dict(rows)
    assert by_day[7] + by_day[1] > 1.15 * (by_day[5] + by_day[6])


def test_people_sleep(tables: duckdb.DuckDBPyConnection) -> None:
    ((night, evening),) = tables.execute("""
        select
            count(*) filter (where hour(occurred_at) between 2 and 4),
            count(*) filter (where hour(occurred_at) between 19 and 21)
        from sound_events where event_name = 'search'
    """).fetchall()
    assert evening > 8 * night


def test_promotions_bring_more_orders(busy_shop: Shop) -> None:
    shop = busy_shop
    day = shop.orders["occurred"] // DAY
    dates = [shop.parameters.date_of(number) for number in day]
    sale = promotions_of(2026)[2]
    during = sum(sale.first <= when <= sale.last for when in dates) / 4
    before = sum(sale.first - timedelta(days=14) <= when < sale.first for when in dates) / 14
    assert during > 1.3 * before


FUNNEL = {
    pages.VIEW_ITEM: (0.55, 0.65),
    pages.ADD_TO_CART: (0.11, 0.18),
    pages.BEGIN_CHECKOUT: (0.07, 0.10),
    pages.PURCHASE: (0.04, 0.07),
}


def visits_with(shop: Shop, name: int) -> NDArray[np.bool_]:
    """Whether each visit has an event of the name."""
    return np.isin(np.arange(len(shop.visits)), shop.events.loc[shop.events["name"] == name, "visit"])


def test_the_funnel_narrows_as_in_a_real_shop(busy_shop: Shop) -> None:
    for step, (low, high) in FUNNEL.items():
        assert low < visits_with(busy_shop, step).mean() < high, pages.EVENT_NAMES[step]


def test_phones_look_and_desktops_buy(busy_shop: Shop) -> None:
    category = busy_shop.preferences.people.device_category(busy_shop.visits["device"].to_numpy())
    is_converted = visits_with(busy_shop, pages.PURCHASE)
    desktop, mobile, tablet = (is_converted[category == index].mean() for index in range(3))
    assert 0.03 < mobile < 0.055
    assert 0.065 < desktop < 0.10
    assert mobile < tablet < desktop
    assert (category == 1).mean() > 0.5


def test_most_visits_are_short_and_many_begin_on_a_product(busy_shop: Shop) -> None:
    events = busy_shop.events[busy_shop.events["visit"] >= 0]
    views = events[events["name"] == pages.PAGE_VIEW]
    pages_seen = views.groupby("visit").size().reindex(range(len(busy_shop.visits)), fill_value=0)
    bounces = busy_shop.visits["bounces"].to_numpy()
    assert pages_seen[bounces].between(1, 3).all()
    assert 0.4 < bounces.mean() < 0.6
    assert (pages_seen <= 3).mean() > 0.75
    landing = views.drop_duplicates("visit")
    assert 0.35 < (landing["page"] >= pages.FIRST_PRODUCT_PAGE).mean() < 0.55
    is_known = np.isin(np.arange(len(bounces)), events.loc[events["customer"] >= 0, "visit"])
    assert is_known[bounces].mean() < 0.3


def test_many_customers_order_again(busy_shop: Shop) -> None:
    orders = busy_shop.orders[busy_shop.orders["customer"] >= 0].groupby("customer").size()
    assert 0.3 < (orders >= 2).mean() < 0.6
    assert (orders >= 3).mean() > 0.1


def test_supplies_are_bought_again_and_other_things_are_not(shop: Shop) -> None:
    sold = shop.lines[shop.lines["quantity"] > 0].merge(shop.orders[["order", "person"]])
    sold["is_pack"] = shop.preferences.catalogue.is_replenishable[sold["product"]]
    sold["is_again"] = sold.duplicated(["person", "product"])
    shares = sold.groupby("is_pack")["is_again"].mean()
    assert shares[True] > 0.1
    assert shares[False] < 0.02


def test_accessories_are_in_the_same_baskets_more_often_than_by_chance(shop: Shop) -> None:
    sold = shop.lines[shop.lines["quantity"] > 0]
    complements = shop.preferences.catalogue.complements
    baskets = sold.groupby("order")["product"].apply(set)

    def matches(baskets: list[set[int]]) -> int:
        return sum(len(basket & set(complements[product])) for basket in baskets for product in basket)

    products = sold["product"].to_numpy(copy=True)
    np.random.default_rng(0).shuffle(products)
    by_chance = sold.assign(product=products).groupby("order")["product"].apply(set)
    assert matches(list(baskets)) > 5 * max(1, matches(list(by_chance)))


def test_some_log_in_midway(tables: duckdb.DuckDBPyConnection) -> None:
    ((midway,),) = tables.execute("""
        select count(*) from (
            select customer_id is not null
                and lag(customer_id) over device is null
                and occurred_at - lag(occurred_at) over device < interval 30 minutes as is_midway
            from sound_events window device as (partition by device_id order by occurred_at)
        ) where is_midway
    """).fetchall()
    assert midway > 20


def test_some_customers_have_several_devices_and_some_devices_several_customers(busy_shop: Shop) -> None:
    known = busy_shop.events[busy_shop.events["customer"] >= 0]
    assert (known.groupby("customer")["device"].nunique() > 1).sum() > 100
    assert (known.groupby("device")["customer"].nunique() > 1).sum() > 5


def test_guests_order_too(tables: duckdb.DuckDBPyConnection) -> None:
    ((share,),) = tables.execute("select avg((customer_id is null)::int) from orders where not is_test").fetchall()
    assert 0.1 < share < 0.5


@settings(max_examples=8, deadline=None)
@given(seed=st.integers(0, 2**32), days=st.integers(7, 20), until=st.dates(date(2020, 1, 1), date(2035, 1, 1)))
def test_shops_of_any_seed_and_period_keep_their_events_within_it(seed: int, days: int, until: date) -> None:
    shop = simulate(ShopParameters(seed, 60, days, until))
    assert shop.events["occurred"].between(0, days * DAY - 1).all()
    assert (shop.events["customer"] < 60).all()
    tables, counts = build_tables(shop)
    assert all(count >= 0 for count in counts.values())
    for table in tables.values():
        landed = table.column("landed_day").to_numpy()
        assert (np.diff(landed) >= 0).all()
        assert ((landed >= 0) & (landed < days)).all()
    ids = tables["events"].column("event_id")
    assert len(ids) - ids.null_count - counts["duplicate_events"] == len(pc.unique(ids.drop_null()))


@settings(deadline=None)
@given(
    starts=st.lists(st.integers(0, 10 * DAY - 1), min_size=1, max_size=20),
    data=st.data(),
)
def test_events_of_a_visit_follow_each_other_and_end_in_time(starts: list[int], data: st.DataObject) -> None:
    count = data.draw(st.integers(1, 60))
    visit = np.sort(data.draw(st.lists(st.integers(0, len(starts) - 1), min_size=count, max_size=count)))
    names = data.draw(st.lists(st.integers(0, len(pages.EVENT_NAMES) - 1), min_size=count, max_size=count))
    visits = pd.DataFrame({"start": starts, "person": 3, "device": 4, "login_step": 5})
    events = pd.DataFrame({"visit": visit, "step": np.arange(count), "name": names})
    timed = time_events(events, visits, 10 * DAY, np.random.default_rng(0))
    assert (timed.groupby("visit")["occurred"].diff().dropna() >= 0).all()
    assert (timed["occurred"] < 10 * DAY).all()
    assert (timed["customer"] == np.where(timed["step"] >= 5, 3, -1)).all()


@settings(deadline=None)
@given(st.dates(date(2000, 1, 1), date(2100, 12, 31)), st.integers(0, 1_000))
def test_every_day_has_traffic_and_at_most_one_known_promotion(day: date, since: int) -> None:
    assert 0.2 < traffic_on(day, since) < 20
    running = [each for each in promotions_of(day.year) if each.first <= day <= each.last]
    assert promotion_on(day) == (running[0] if running else None)
    assert len(running) <= 1
    seconds = seconds_of_day(day, 50, np.random.default_rng(1))
    assert ((seconds >= 0) & (seconds < 86_400)).all()


@settings(deadline=None)
@given(st.lists(st.integers(-1, 2**40), max_size=50, unique=True))
def test_ids_differ_for_different_numbers_and_are_null_for_none(numbers: list[int]) -> None:
    ids = hexadecimal(np.array(numbers, dtype=np.int64), b"event").to_pylist()
    assert len(set(ids)) == len(numbers)
    assert [each is None for each in ids] == [number == -1 for number in numbers]
    assert all(len(each) == 16 for each in ids if each is not None)


@pytest.mark.parametrize("day", [0, 45, 89])
def test_shelves_show_each_launched_product_once(shop: Shop, day: int) -> None:
    catalogue = shop.preferences.catalogue
    listed = Shelves(shop.parameters, catalogue).on(day)[: len(LEAVES)]
    shown = listed[listed >= 0]
    assert sorted(shown) == list(np.flatnonzero(catalogue.launch_day <= day))
    for leaf, products in enumerate(listed):
        assert (catalogue.leaf[products[products >= 0]] == leaf).all()
