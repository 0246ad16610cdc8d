"""What customers of the sample shop would have clicked and bought, for those who ask later."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, date, datetime

import numpy as np

from shelfwise.sample_shop.catalogue import Floats, Ints
from shelfwise.sample_shop.customers import customer_ids
from shelfwise.sample_shop.parameters import DEFAULT_DAYS, DEFAULT_UNTIL, ShopParameters, customers_of_size
from shelfwise.sample_shop.preferences import Preferences
from shelfwise.sample_shop.simulation import simulate


class TrueAffinities:
    """What a customer of a landed sample shop would have clicked and bought, asked by the shop's own ids.

    Rebuilt from the parameters that the shop was landed with: the simulation runs again, so that probabilities at a
    time know the purchases of the days before.
    """

    def __init__(self, parameters: ShopParameters, preferences: Preferences) -> None:
        self.parameters = parameters
        self._preferences = preferences
        self._products = {product: index for index, product in enumerate(preferences.catalogue.product_ids)}
        accounts = preferences.people.account_count
        self._customers = {customer: index for index, customer in enumerate(customer_ids(accounts))}

    @classmethod
    def rebuild(
        cls, *, seed: int, days: int = DEFAULT_DAYS, size: str | int = "default", until: date = DEFAULT_UNTIL
    ) -> TrueAffinities:
        """Simulate the shop again, in memory. Raises ShelfwiseError for parameters that no shop can have."""
        parameters = ShopParameters(seed, customers_of_size(size), days, until)
        return cls(parameters, simulate(parameters).preferences)

    def click_probability(self, customer_id: str, product_ids: Sequence[str], at: datetime) -> Floats:
        """Return how likely the customer clicks each product once noticed in a list; shape (products,).

        `at` is UTC, naive or aware; after the simulated period prices and stock stay as on its last day. Raises
        KeyError for an unknown id and ValueError for a time before the period.
        """
        return self._preferences.click_probability(*self._pairs(customer_id, product_ids, at))

    def purchase_probability(self, customer_id: str, product_ids: Sequence[str], at: datetime) -> Floats:
        """Return how likely the customer orders each product in a visit that views it and stays; shape (products,).

        Whether such a visit is meant to buy is part of it. Times and errors are those of `click_probability`.
        """
        return self._preferences.purchase_probability(*self._pairs(customer_id, product_ids, at))

    def _pairs(self, customer_id: str, product_ids: Sequence[str], at: datetime) -> tuple[Ints, Ints, int]:
        day = self.parameters.day_of((at.astimezone(UTC) if at.tzinfo else at).date())
        if day < 0:
            raise ValueError(f"{at} is before the sample shop's first day, {self.parameters.first_day}")
        products = np.array([self._products[product] for product in product_ids], dtype=np.int64)
        return np.full(len(products), self._customers[customer_id]), products, day
