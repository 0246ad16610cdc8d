"""Cookies tell of a visitor what they were told, and nothing that the shop does not know."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from shelfwise.serving.lookups import Product
from shelfwise.storefront.catalogue import Catalogue
from shelfwise.storefront.visitor import MOST_UNITS, MOST_VIEWED, Visitor, visitor_from

IDS = [f"s:{name}" for name in ["P1", "P2", "a!b*3", "ü/%21", " x;,\"'"]] + [f"s:{n}" for n in range(40)]
CATALOGUE = Catalogue(Product(product_id, "s", product_id, "", 1.0, "GBP", None) for product_id in IDS)
DEVICE = "0b0e4b3e-6a4d-4c59-9a3a-5f2f7ac3f001"

known_ids = st.sampled_from(IDS)
visitors = st.builds(
    Visitor,
    device_id=st.just(DEVICE),
    viewed=st.lists(known_ids, unique=True, max_size=20).map(tuple),
    cart=st.dictionaries(known_ids, st.integers(1, MOST_UNITS), max_size=40),
    dismissed=st.lists(known_ids, unique=True, max_size=45).map(tuple),
)


@given(visitors)
def test_a_visitor_is_known_again(visitor: Visitor) -> None:
    assert visitor_from(visitor.cookies(), CATALOGUE, None) == visitor


@given(st.dictionaries(st.sampled_from(["shelfwise_device", "viewed", "cart", "not_for_me"]), st.text(max_size=80)))
def test_whatever_the_cookies_hold_only_products_of_the_shop_come_out(cookies: dict[str, str]) -> None:
    visitor = visitor_from(cookies, CATALOGUE, None)
    assert {*visitor.viewed, *visitor.cart, *visitor.dismissed} <= set(IDS)
    assert all(1 <= units <= MOST_UNITS for units in visitor.cart.values())
    assert len(visitor.device_id) == 36


def test_a_product_looked_at_again_is_the_latest() -> None:
    visitor = Visitor(DEVICE)
    for product_id in [*IDS[:3], IDS[0], *IDS[5:30]]:
        visitor = visitor.looking_at(product_id)
    assert visitor.viewed == tuple(IDS[30 - MOST_VIEWED : 30])
    assert visitor.looking_at(IDS[20]).viewed[-2:] == (IDS[29], IDS[20])


def test_units_are_set_changed_and_taken_out() -> None:
    visitor = Visitor(DEVICE).with_units("s:P1", 2).with_units("s:P2", 500).with_units("s:P1", 3)
    assert dict(visitor.cart) == {"s:P1": 3, "s:P2": MOST_UNITS}
    assert dict(visitor.with_units("s:P1", 0).cart) == {"s:P2": MOST_UNITS}
