"""One shop's products as its pages need them: by category, and by the words of a search."""

from __future__ import annotations

import re
from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field

from shelfwise.serving.lookups import Product

SEPARATOR = " > "
WORD = re.compile(r"\w+")


@dataclass(frozen=True, slots=True)
class Category:
    """A category with everything below it: ``path`` from broad to narrow, joined as `dim_products` has it."""

    path: str
    products: list[Product] = field(default_factory=list)
    children: list[Category] = field(default_factory=list)

    @property
    def name(self) -> str:
        """The last part of the path."""
        return self.path.rpartition(SEPARATOR)[2]


class Catalogue:
    """Products of one shop, in the order they are shown in: the popular ones first, then by title."""

    def __init__(self, products: Iterable[Product], popular_ids: Sequence[str] = ()) -> None:
        ranks = {product_id: rank for rank, product_id in enumerate(popular_ids)}
        self.products = sorted(
            products, key=lambda product: (ranks.get(product.product_id, len(ranks)), product.title, product.product_id)
        )
        self.by_id = {product.product_id: product for product in self.products}
        self._categories = _categories(self.products)
        self._words = _positions_of_words(self.products)
        self._vocabulary = sorted(self._words)

    @property
    def top_categories(self) -> list[Category]:
        """The broadest categories, by name."""
        return sorted(
            (category for path, category in self._categories.items() if SEPARATOR not in path),
            key=lambda category: category.name,
        )

    def category(self, path: str) -> Category | None:
        """Return a category by its path, or None."""
        return self._categories.get(path)

    def search(self, text: str) -> list[Product]:
        """Return the products whose title or categories have a word that begins with each word of ``text``."""
        found = [self._beginning_with(word) for word in _words(text)]
        return [self.products[position] for position in sorted(set.intersection(*found))] if found else []

    def _beginning_with(self, word: str) -> set[int]:
        first = bisect_left(self._vocabulary, word)
        last = bisect_left(self._vocabulary, word + "\U0010ffff")
        return {position for known in self._vocabulary[first:last] for position in self._words[known]}


def _categories(products: Sequence[Product]) -> dict[str, Category]:
    categories: dict[str, Category] = {}
    for product in products:
        parent: Category | None = None
        path = ""
        for name in filter(None, product.category_path.split(SEPARATOR)):
            path = f"{path}{SEPARATOR}{name}" if path else name
            if path not in categories:
                categories[path] = Category(path)
                if parent is not None:
                    parent.children.append(categories[path])
            parent = categories[path]
            parent.products.append(product)
    for category in categories.values():
        category.children.sort(key=lambda child: child.name)
    return categories


def _positions_of_words(products: Sequence[Product]) -> dict[str, list[int]]:
    positions: dict[str, list[int]] = defaultdict(list)
    for position, product in enumerate(products):
        for word in set(_words(f"{product.title} {product.category_path}")):
            positions[word].append(position)
    return positions


def _words(text: str) -> list[str]:
    return WORD.findall(text.casefold())
