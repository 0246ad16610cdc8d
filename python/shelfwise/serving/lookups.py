"""One published version in memory: what the API answers from, without touching DuckDB."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import datetime
from functools import cached_property
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from shelfwise.serving.experiments import Experiment
from shelfwise.serving.sessions import ShopSessions
from shelfwise.warehouse.published import Manifest

POPULAR_REASON = "Popular with other shoppers"
POPULAR_IN_COUNTRY_REASON = "Popular with shoppers in your country"


@dataclass(frozen=True, slots=True)
class Product:
    """A product as shown to shoppers; `price` is in `currency`."""

    product_id: str
    namespace: str
    title: str
    category_path: str
    price: float | None
    currency: str | None
    image_url: str | None
    category: str | None = None
    is_offered: bool = True  # in stock, and not excluded by the shop
    json: str = ""  # what an answer says of it, without the braces: written once, not in each answer


class Suggestion(NamedTuple):
    """A product at a place of a list; `rank` counts from 1."""

    product: Product
    rank: int
    score: float
    reason: str


@dataclass(frozen=True, slots=True)
class RankedLists:
    """One ranked list of products per owner, laid end to end.

    Owner `i` has the entries `offsets[i]:offsets[i + 1]` of the other arrays: a few bytes an entry, where a Python
    list of objects would take hundreds.
    """

    offsets: npt.NDArray[np.int64]  # (owners + 1,)
    products: npt.NDArray[np.int32]  # (entries,) positions in Lookups.products
    scores: npt.NDArray[np.float64]  # (entries,)
    reasons: npt.NDArray[np.int32]  # (entries,) positions in Lookups.reasons

    @classmethod
    def from_rows(
        cls,
        owner_count: int,
        owners: npt.NDArray[np.int64],
        products: npt.NDArray[np.int64],
        scores: npt.NDArray[np.float64],
        reasons: npt.NDArray[np.int64],
    ) -> RankedLists:
        """Build the lists from rows of shape (entries,) that are ordered by owner, then rank."""
        offsets = np.zeros(owner_count + 1, dtype=np.int64)
        np.cumsum(np.bincount(owners, minlength=owner_count), out=offsets[1:])
        return cls(offsets, products.astype(np.int32), scores, reasons.astype(np.int32))

    @classmethod
    def empty(cls, owner_count: int) -> RankedLists:
        """Return lists without entries."""
        nothing = np.zeros(0, dtype=np.int64)
        return cls.from_rows(owner_count, nothing, nothing, np.zeros(0), nothing)

    def entries(self, owner: int, limit: int | None = None) -> range:
        """Return the positions of an owner's first `limit` entries."""
        start, end = int(self.offsets[owner]), int(self.offsets[owner + 1])
        return range(start, end if limit is None else min(end, start + limit))

    def rows(self, owner: int) -> Iterator[tuple[int, float, int]]:
        """Return an owner's entries as products, scores and reasons."""
        entries = slice(self.offsets[owner], self.offsets[owner + 1])
        return zip(
            self.products[entries].tolist(), self.scores[entries].tolist(), self.reasons[entries].tolist(), strict=True
        )

    def of(self, owner: int) -> list[int]:
        """Return an owner's products."""
        found: list[int] = self.products[self.offsets[owner] : self.offsets[owner + 1]].tolist()
        return found


@dataclass(frozen=True, slots=True)
class Rules:
    """The business rules that are applied at answer time, by the version's `recommendation_rules`."""

    category_cap: int | None = None  # products of one category in a list; None: as many as there are


@dataclass(frozen=True, slots=True)
class Dismissed:
    """Products, by catalogue position, that visitors waved away, by namespaced customer and by namespaced device."""

    customers: dict[str, set[int]] = field(default_factory=dict)
    devices: dict[str, set[int]] = field(default_factory=dict)

    def by(self, customer_id: str | None, device_id: str | None) -> set[int]:
        """Return what a visitor waved away as a customer or on this device."""
        return self.customers.get(customer_id or "", set()) | self.devices.get(device_id or "", set())


@dataclass(frozen=True)
class Lookups:
    """Everything the API and the explorer say about one published version. Immutable, so requests may share it."""

    manifest: Manifest
    loaded_at: datetime
    products: list[Product]
    product_positions: dict[str, int]
    customer_positions: dict[str, int]
    popular_positions: dict[str, int]  # source name -> owner in `popular`
    namespaces: dict[str, str]  # source name -> namespace of its ids
    example_customers: list[str]  # a few that have recommendations
    reasons: list[str]
    recommendations: RankedLists
    recent_purchases: RankedLists
    similar: RankedLists
    popular: RankedLists
    countries: list[str | None]  # of each customer
    popular_in_country: RankedLists
    country_positions: dict[tuple[str, str], int]  # source name, country -> owner in `popular_in_country`
    bought_together: RankedLists  # by product; scores are the confidence of `basket_affinity`
    withheld: RankedLists  # by customer: just bought, and not bought again
    dismissed: Dismissed = field(default_factory=Dismissed)
    rules: Rules = field(default_factory=Rules)
    sessions: dict[str, ShopSessions] = field(default_factory=dict)  # by namespace of ids
    experiments: tuple[Experiment, ...] = ()

    @cached_property
    def shops(self) -> frozenset[str]:
        """Namespaces of the ids that are published."""
        return frozenset(self.namespaces.values())

    def product(self, product_id: str) -> Product | None:
        """Return a product of the catalogue, or None."""
        position = self.product_positions.get(product_id)
        return None if position is None else self.products[position]

    def recommended(self, customer_id: str | None, limit: int) -> list[Suggestion]:
        """Return a customer's recommendations, best first; none for a customer this version does not know."""
        position = None if customer_id is None else self.customer_positions.get(customer_id)
        return [] if position is None else self._suggestions(self.recommendations, position, limit)

    def similar_to(self, product_id: str, limit: int) -> list[Suggestion]:
        """Return products like this one, best first."""
        position = self.product_positions.get(product_id)
        return [] if position is None else self._suggestions(self.similar, position, limit)

    def popular_in(self, namespace: str | None, limit: int) -> list[Suggestion]:
        """Return what most customers of a source buy."""
        position = None if namespace is None else self.popular_positions.get(namespace)
        return [] if position is None else self._suggestions(self.popular, position, limit)

    def recently_bought(self, customer_id: str, limit: int) -> list[Product]:
        """Return the products a customer bought last, latest first."""
        position = self.customer_positions.get(customer_id)
        if position is None:
            return []
        bought = self.recent_purchases
        return [self.products[bought.products[entry]] for entry in bought.entries(position, limit)]

    def _suggestions(self, lists: RankedLists, owner: int, limit: int) -> list[Suggestion]:
        return [
            Suggestion(
                product=self.products[lists.products[entry]],
                rank=rank,
                score=float(lists.scores[entry]),
                reason=self.reasons[lists.reasons[entry]],
            )
            for rank, entry in enumerate(lists.entries(owner, limit), start=1)
        ]
