"""What the shop's pages find: categories with all below them, and words that begin as they were typed."""

from __future__ import annotations

import pytest

from shelfwise.serving.lookups import Product
from shelfwise.storefront.catalogue import Catalogue


def product(product_id: str, title: str, category_path: str = "") -> Product:
    return Product(f"s:{product_id}", "s", title, category_path, 1.0, "GBP", None)


CATALOGUE = Catalogue(
    [
        product("1", "Oak lamp", "Home > Light"),
        product("2", "Glass lamp", "Home > Light"),
        product("3", "Oak table", "Home > Tables"),
        product("4", "Straße, ein Spiel", "Games"),
        product("5", "Thing"),
    ],
    popular_ids=["s:2"],
)


def ids(products: list[Product]) -> list[str]:
    return [found.product_id.removeprefix("s:") for found in products]


def test_a_category_has_what_is_below_it_and_the_popular_comes_first() -> None:
    home = CATALOGUE.category("Home")
    assert home is not None
    assert ids(home.products) == ["2", "1", "3"]
    assert [(child.path, child.name, ids(child.products)) for child in home.children] == [
        ("Home > Light", "Light", ["2", "1"]),
        ("Home > Tables", "Tables", ["3"]),
    ]
    assert [category.path for category in CATALOGUE.top_categories] == ["Games", "Home"]
    assert CATALOGUE.category("Light") is None


@pytest.mark.parametrize(
    ("text", "found"),
    [
        ("lamp", ["2", "1"]),
        ("OAK  la", ["1"]),
        ("light", ["2", "1"]),
        ("strasse", ["4"]),
        ("oak glass", []),
        ("amp", []),
        ("  ,. ", []),
        ("", []),
    ],
)
def test_every_word_of_a_search_begins_one_of_the_product(text: str, found: list[str]) -> None:
    assert ids(CATALOGUE.search(text)) == found
