"""The shop's pages and lists as numbers, and what they are called in events."""

from __future__ import annotations

import re

import numpy as np

from shelfwise.sample_shop.catalogue import Catalogue, Ints
from shelfwise.sample_shop.shelves import FIRST_SEARCH, SHELVES, search_terms
from shelfwise.sample_shop.vocabulary import LEAVES

ADDRESS = "https://shop.example"
HOME, LOGIN, PAST_ORDERS, RETURNS, BASKET, CHECKOUT, THANKS = range(7)
FIXED_PAGES = ("/", "/account/login", "/account/orders", "/account/returns", "/basket", "/checkout", "/checkout/thanks")
# A shelf's page comes after the fixed ones, a product's page after the shelves'.
FIRST_SHELF_PAGE = len(FIXED_PAGES)
FIRST_PRODUCT_PAGE = FIRST_SHELF_PAGE + SHELVES

# A list is a shelf, the accessories of a product in the basket, what was bought before, or what the home page
# recommends.
ACCESSORIES = SHELVES
BUY_AGAIN = SHELVES + 1
HOME_SHELF = SHELVES + 2

EVENT_NAMES = (
    "page_view", "view_item_list", "select_item", "view_item", "search", "add_to_cart", "remove_from_cart",
    "begin_checkout", "purchase", "refund", "view_recommendation", "select_recommendation",
)  # fmt: skip
(
    PAGE_VIEW, VIEW_ITEM_LIST, SELECT_ITEM, VIEW_ITEM, SEARCH, ADD_TO_CART, REMOVE_FROM_CART,
    BEGIN_CHECKOUT, PURCHASE, REFUND, VIEW_RECOMMENDATION, SELECT_RECOMMENDATION,
) = range(len(EVENT_NAMES))  # fmt: skip


def slug(name: str) -> str:
    """Return a name as it stands in an address: `Oils & Spices` becomes `oils-spices`."""
    return re.sub(r"[^a-z0-9]+", "-", name.lower()).strip("-")


def page_of_list(list_number: Ints) -> Ints:
    """Return the page on which each list stands."""
    elsewhere = np.where(list_number == BUY_AGAIN, PAST_ORDERS, BASKET)
    return np.where(list_number < ACCESSORIES, list_number + FIRST_SHELF_PAGE, elsewhere)


def page_urls(catalogue: Catalogue) -> list[str]:
    """Return the address of each page by its number."""
    shelves = [f"/c/{slug(leaf.name)}" for leaf in LEAVES] + ["/best-sellers"]
    searches = [f"/search?q={term.replace(' ', '+')}" for term in search_terms()]
    products = [f"/p/{product}" for product in catalogue.product_ids]
    return [ADDRESS + path for path in (*FIXED_PAGES, *shelves, *searches, *products)]


def list_ids() -> list[str]:
    """Return the id of each list by its number."""
    categories = [f"category:{slug(leaf.name)}" for leaf in LEAVES]
    searches = ["search"] * (SHELVES - FIRST_SEARCH)
    return [*categories, "best_sellers", *searches, "accessories", "buy_again", "home"]
