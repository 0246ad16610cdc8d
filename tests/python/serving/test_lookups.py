"""Reading lists into arrays keeps every row, in order."""

from __future__ import annotations

import logging

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st
from published_shops import publish

from shelfwise.serving.image_addresses import image_address
from shelfwise.serving.loading import load_current
from shelfwise.serving.lookups import Product, RankedLists
from shelfwise.settings import Settings


@given(st.lists(st.lists(st.integers(0, 1000), max_size=8), max_size=20), st.integers(1, 10))
def test_each_owner_gets_its_own_entries_in_order(lists: list[list[int]], limit: int) -> None:
    owners = np.array([owner for owner, products in enumerate(lists) for _ in products], dtype=np.int64)
    products = np.array([product for products in lists for product in products], dtype=np.int64)
    ranked = RankedLists.from_rows(len(lists), owners, products, products / 2, products)
    for owner, expected in enumerate(lists):
        entries = ranked.entries(owner, limit)
        assert [int(ranked.products[entry]) for entry in entries] == expected[:limit]
        assert [float(ranked.scores[entry]) for entry in entries] == [product / 2 for product in expected[:limit]]


def test_rows_that_name_an_unknown_product_are_left_out_and_counted(
    settings: Settings, caplog: pytest.LogCaptureFixture
) -> None:
    publish(settings, "run-1", extra_sql="delete from dim_products where product_id = 'sample_shop:P2'")
    with caplog.at_level(logging.WARNING):
        _, lookups = load_current(settings)
    left = lookups.recommended("sample_shop:C1", 10)
    assert [(suggestion.product.product_id, suggestion.rank) for suggestion in left] == [("sample_shop:P3", 1)]
    assert "recommendations: 1 rows name a product" in caplog.text


def test_a_product_without_a_title_is_shown_by_its_id(settings: Settings) -> None:
    publish(settings, "run-1", extra_sql="update dim_products set title = null, category_path = null")
    _, lookups = load_current(settings)
    product = lookups.product("sample_shop:P1")
    assert product is not None
    assert (product.title, product.category_path) == ("sample_shop:P1", "")


def test_examples_are_customers_with_recommendations(settings: Settings) -> None:
    publish(settings, "run-1")
    _, lookups = load_current(settings)
    assert lookups.example_customers == ["sample_shop:C1", "sample_shop:C2"]


@pytest.mark.parametrize(
    ("image_url", "expected"),
    [
        ("https://shop.example/p1.jpg", "https://shop.example/p1.jpg"),
        ("/pictures/P1.svg", "/pictures/shop:P%2F1.svg"),
        ("javascript:alert(1)", "/pictures/shop:P%2F1.svg"),
        (None, "/pictures/shop:P%2F1.svg"),
    ],
)
def test_an_address_without_a_host_becomes_a_drawing(image_url: str | None, expected: str) -> None:
    product = Product("shop:P/1", "shop", "Oak lamp", "", None, None, image_url)
    assert image_address(product) == expected
