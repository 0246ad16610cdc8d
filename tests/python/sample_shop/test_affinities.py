from __future__ import annotations

from datetime import UTC, date, datetime, timedelta, timezone

import numpy as np
import pandas as pd
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelfwise.errors import ShelfwiseError
from shelfwise.sample_shop import pages
from shelfwise.sample_shop.affinities import TrueAffinities
from shelfwise.sample_shop.simulation import DAY, Shop
from shelfwise.sample_shop.wants import COMPLETES, DUE, OWNED, STOCKED, Wants

CUSTOMER = "C000001"


def as_asked(shop: Shop, rows: pd.DataFrame) -> list[tuple[str, str, datetime]]:
    """Each row's customer, product and time, as somebody outside would ask."""
    first = datetime.combine(shop.parameters.first_day, datetime.min.time())
    return [
        (f"C{customer + 1:06d}", f"P{product + 1:05d}", first + timedelta(milliseconds=int(occurred)))
        for customer, product, occurred in zip(rows["customer"], rows["product"], rows["occurred"], strict=True)
    ]


def rank_among_its_category(shop: Shop, affinities: TrueAffinities, question: str, rows: pd.DataFrame) -> float:
    """Mean share of the category's other products that were less probable than the chosen one: 0.5 is chance."""
    catalogue = shop.preferences.catalogue
    ask = getattr(affinities, question)
    ranks = []
    for customer, product, at in as_asked(shop, rows):
        index = int(product[1:]) - 1
        day = shop.parameters.day_of(at.date())
        rivals = np.flatnonzero((catalogue.leaf == catalogue.leaf[index]) & (catalogue.launch_day <= day))
        rivals = rivals[rivals != index]
        chances = ask(customer, [product, *catalogue.product_ids[rivals]], at)
        ranks.append((chances[0] > chances[1:]).mean())
    return float(np.mean(ranks))


def test_observed_clicks_are_what_was_probable(shop: Shop, affinities: TrueAffinities) -> None:
    clicks = shop.events[(shop.events["name"] == pages.SELECT_ITEM) & (shop.events["customer"] >= 0)]
    clicks = clicks[clicks["list_number"] < pages.ACCESSORIES].head(300)
    assert len(clicks) == 300
    assert rank_among_its_category(shop, affinities, "click_probability", clicks) > 0.65


def test_observed_purchases_are_what_was_probable(shop: Shop, affinities: TrueAffinities) -> None:
    bought = shop.events[(shop.events["name"] == pages.PURCHASE) & (shop.events["customer"] >= 0)].head(200)
    assert len(bought) > 100
    assert rank_among_its_category(shop, affinities, "purchase_probability", bought) > 0.75


def test_baskets_fill_as_often_as_their_probability_says(busy_shop: Shop) -> None:
    shop = busy_shop
    views = shop.events[(shop.events["name"] == pages.VIEW_ITEM) & (shop.events["customer"] >= 0)]
    views = views[shop.visits["is_buying"].to_numpy()[views["visit"]]]
    carts = shop.events[shop.events["name"] == pages.ADD_TO_CART][["visit", "product"]].drop_duplicates()
    views = views.drop_duplicates(["visit", "product"]).merge(carts, how="left", indicator="was_carted")
    chance = np.concatenate(
        [
            shop.preferences.cart_probability(of_day["customer"].to_numpy(), of_day["product"].to_numpy(), int(day))
            for day, of_day in views.groupby(views["occurred"] // DAY)
        ]
    )
    carted = np.concatenate([of_day["was_carted"] == "both" for _, of_day in views.groupby(views["occurred"] // DAY)])
    for low, high in ((0.0, 0.3), (0.3, 0.6), (0.6, 1.01)):
        chosen = (low <= chance) & (chance < high)
        assert chosen.sum() > 100
        assert carted[chosen].mean() == pytest.approx(chance[chosen].mean(), abs=0.07)


def test_visits_are_meant_to_buy_as_often_as_their_probability_says(busy_shop: Shop) -> None:
    shop = busy_shop
    staying = shop.visits[~shop.visits["bounces"]]
    assert not shop.visits.loc[shop.visits["bounces"], "is_buying"].any()
    by_day = [
        (shop.preferences.buying_probability(of_day["person"].to_numpy(), int(day)), of_day["is_buying"].to_numpy())
        for day, of_day in staying.groupby("day")
    ]
    chance, is_buying = (np.concatenate(column) for column in zip(*by_day, strict=True))
    for low, high in ((0.0, 0.3), (0.3, 0.6), (0.6, 1.0)):
        chosen = (low <= chance) & (chance < high)
        assert chosen.sum() > 300
        assert is_buying[chosen].mean() == pytest.approx(chance[chosen].mean(), abs=0.05)


def test_rebuilding_gives_the_same_answers(shop: Shop, affinities: TrueAffinities) -> None:
    again = TrueAffinities.rebuild(seed=7, size="small")
    products = list(shop.preferences.catalogue.product_ids)
    at = datetime(2026, 9, 15, 12)
    for question in ("click_probability", "purchase_probability"):
        first = getattr(affinities, question)(CUSTOMER, products, at)
        assert first.shape == (len(products),)
        assert ((first >= 0) & (first <= 1)).all()
        np.testing.assert_array_equal(first, getattr(again, question)(CUSTOMER, products, at))


def test_times_with_an_offset_are_understood_and_impossible_ones_refused(affinities: TrueAffinities) -> None:
    naive = affinities.click_probability(CUSTOMER, ["P00001"], datetime(2026, 9, 1, 23, 30))
    offset = timezone(timedelta(hours=2))
    aware = affinities.click_probability(CUSTOMER, ["P00001"], datetime(2026, 9, 2, 1, 30, tzinfo=offset))
    assert naive == aware == affinities.click_probability(CUSTOMER, ["P00001"], datetime(2026, 9, 1, 1, tzinfo=UTC))
    assert affinities.click_probability(CUSTOMER, [], datetime(2027, 1, 1)).shape == (0,)
    with pytest.raises(ValueError, match="first day, 2026-07-03"):
        affinities.click_probability(CUSTOMER, ["P00001"], datetime(2026, 7, 2))
    with pytest.raises(KeyError, match="P99999"):
        affinities.click_probability(CUSTOMER, ["P99999"], datetime(2026, 9, 1))
    with pytest.raises(KeyError, match="C999999"):
        affinities.click_probability("C999999", ["P00001"], datetime(2026, 9, 1))
    with pytest.raises(ShelfwiseError, match="Choose"):
        TrueAffinities.rebuild(seed=1, size="gigantic", until=date(2026, 9, 30))


def test_nothing_out_of_stock_is_bought(shop: Shop, affinities: TrueAffinities) -> None:
    catalogue = shop.preferences.catalogue
    missing = catalogue.product_ids[~catalogue.in_stock[40]]
    assert len(missing) > 0
    at = datetime.combine(shop.parameters.date_of(40), datetime.min.time())
    assert (affinities.purchase_probability(CUSTOMER, list(missing), at) == 0).all()
    assert (affinities.click_probability(CUSTOMER, list(missing), at) > 0).all()


purchases = st.lists(
    st.tuples(st.integers(0, 5), st.integers(0, 40), st.integers(1, 3), st.integers(0, 3)), min_size=1, max_size=25
)


@settings(max_examples=40, deadline=None)
@given(purchases)
def test_later_purchases_leave_the_wants_of_earlier_days_alone(shop: Shop, bought: list[tuple[int, ...]]) -> None:
    """What makes asking about the past sound: the answer is that of the day itself."""
    wants, rng = Wants(shop.preferences.catalogue, shop.preferences.people), np.random.default_rng(0)
    people, products = (grid.ravel() for grid in np.meshgrid(np.arange(6), np.arange(41), indexing="ij"))
    day, seen = 0, {}
    for person, product, units, pause in bought:
        day += pause
        seen[day] = wants.strength(people, products, day)
        one = np.array([person]), np.array([product]), np.array([units])
        wants.record_purchases(*one, day, rng)
        day += 1
    for earlier, strength in seen.items():
        np.testing.assert_array_equal(wants.strength(people, products, earlier), strength)


def test_a_purchase_moves_what_is_wanted(shop: Shop) -> None:
    catalogue = shop.preferences.catalogue
    supply = int(np.flatnonzero((catalogue.pack_days > 15) & (catalogue.complements[:, 0] < 0))[0])
    durable = int(np.flatnonzero((catalogue.pack_days == 0) & (catalogue.complements[:, 0] >= 0))[0])
    accessory = next(each for each in catalogue.complements[durable] if catalogue.launch_day[each] < 0)
    wants = Wants(catalogue, shop.preferences.people)
    person = np.array([0])
    wants.record_purchases(
        np.zeros(2, dtype=np.int64), np.array([supply, durable]), np.ones(2), 10, np.random.default_rng(0)
    )

    def strength(product: int, day: int) -> float:
        return float(wants.strength(person, np.array([product]), day)[0])

    assert strength(supply, 10) == strength(durable, 10) == strength(accessory, 10) == 0
    assert strength(supply, 11) == STOCKED
    assert strength(durable, 11) == OWNED
    assert strength(accessory, 11) == COMPLETES
    assert max(strength(supply, day) for day in range(11, 120)) == DUE
    assert [product for _, product in zip(*wants.due(11), strict=True)] == []
