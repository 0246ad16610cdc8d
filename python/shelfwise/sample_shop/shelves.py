"""The lists that the shop shows: a shelf for each leaf category, each searched noun, and the best sellers."""

from __future__ import annotations

import numpy as np

from shelfwise.sample_shop.catalogue import Catalogue, Ints
from shelfwise.sample_shop.parameters import ShopParameters
from shelfwise.sample_shop.vocabulary import LEAVES

PAGE_SIZE = 24
PAGES = 2
NOUNS = max(len(leaf.nouns) for leaf in LEAVES)
BEST_SELLERS = len(LEAVES)
FIRST_SEARCH = BEST_SELLERS + 1
SHELVES = FIRST_SEARCH + len(LEAVES) * NOUNS


def search_shelf(leaf: Ints, noun: Ints) -> Ints:
    """Return the shelf that a search for a leaf's noun shows."""
    return FIRST_SEARCH + leaf * NOUNS + noun


def search_terms() -> list[str]:
    """Return what was typed for each search shelf; empty where a leaf has fewer nouns."""
    return [
        leaf.nouns[number].lower() if number < len(leaf.nouns) else "" for leaf in LEAVES for number in range(NOUNS)
    ]


class Shelves:
    """The products of each shelf, in the order that the shop shows them on a day."""

    def __init__(self, parameters: ShopParameters, catalogue: Catalogue) -> None:
        # The shop knows what sells roughly, not exactly.
        noise = parameters.random("shelves").normal(0, 0.5, len(catalogue))
        self._score = catalogue.popularity + noise
        self._catalogue = catalogue
        products = np.arange(len(catalogue))
        self._shelf = np.concatenate(
            [catalogue.leaf, np.full(len(catalogue), BEST_SELLERS), search_shelf(catalogue.leaf, catalogue.noun)]
        )
        self._product = np.tile(products, 3)

    def on(self, day: int) -> Ints:
        """Return the products of each shelf on a day, shape (SHELVES, PAGES * PAGE_SIZE), -1 behind the last."""
        launched = self._catalogue.launch_day <= day
        fresh = np.exp(-np.maximum(0, day - self._catalogue.launch_day) / 10)
        score = self._score + fresh - 5.0 * ~self._catalogue.in_stock[day]
        shown = launched[self._product]
        shelf, product = self._shelf[shown], self._product[shown]
        order = np.lexsort((product, -score[product], shelf))
        shelf, product = shelf[order], product[order]
        rank = np.arange(len(shelf)) - np.searchsorted(shelf, shelf)
        listed = np.full((SHELVES, PAGES * PAGE_SIZE), -1, dtype=np.int64)
        fits = rank < PAGES * PAGE_SIZE
        listed[shelf[fits], rank[fits]] = product[fits]
        return listed
