"""What people want because of what they bought: the next pack, an accessory, or certainly not the same thing again."""

from __future__ import annotations

import numpy as np

from shelfwise.sample_shop.catalogue import COMPLEMENTS, Catalogue, Floats, Ints
from shelfwise.sample_shop.customers import People

# Additions to the logit of interest; see `Preferences`.
DUE = 3.2
STOCKED = -2.2
OWNED = -3.0
COMPLETES = 2.0
DUE_EARLY_DAYS = 3
DUE_DAYS = 50
OWNED_DAYS = 75
COMPLETES_DAYS = 28


class Wants:
    """Spells of days in which a person's interest in a product is raised or lowered."""

    def __init__(self, catalogue: Catalogue, people: People) -> None:
        self.catalogue = catalogue
        self.people = people
        self._keys = np.empty(0, dtype=np.int64)
        self._first = np.empty(0, dtype=np.int64)
        self._last = np.empty(0, dtype=np.int64)
        self._strength = np.empty(0, dtype=np.float64)
        self._active_day: int | None = None
        self._active: tuple[Ints, Floats] = (self._keys, self._strength)

    def add(self, people: Ints, products: Ints, first: Ints, last: Ints, strength: float) -> None:
        """Add a spell from day `first` to day `last` for each pair of person and product."""
        self._keys = np.concatenate([self._keys, people * len(self.catalogue) + products])
        self._first = np.concatenate([self._first, first])
        self._last = np.concatenate([self._last, last])
        self._strength = np.concatenate([self._strength, np.full(len(people), strength)])
        self._active_day = None

    def record_purchases(self, people: Ints, products: Ints, units: Ints, day: int, rng: np.random.Generator) -> None:
        """Let what was bought on a day change what is wanted from the next day on."""
        if not len(people):
            return
        bought = np.isin(self._keys, people * len(self.catalogue) + products)
        self._last[bought] = np.minimum(self._last[bought], day)
        lasts = self.catalogue.pack_days[products] * np.sqrt(units) * self.people.pace[people]
        due = day + np.maximum(4, np.rint(lasts * rng.lognormal(0, 0.12, len(people)))).astype(np.int64)
        after, runs_out = np.full(len(people), day + 1), self.catalogue.is_replenishable[products]
        for chosen, last, strength in (
            (runs_out, due - DUE_EARLY_DAYS - 1, STOCKED),
            (~runs_out, after + OWNED_DAYS, OWNED),
        ):
            self.add(people[chosen], products[chosen], after[chosen], last[chosen], strength)
        due = due[runs_out]
        self.add(people[runs_out], products[runs_out], due - DUE_EARLY_DAYS, due + DUE_DAYS, DUE)
        complements = self.catalogue.complements[products].ravel()
        known = (complements >= 0) & (self.catalogue.launch_day[complements] <= day)
        after = np.repeat(after, COMPLEMENTS)[known]
        self.add(np.repeat(people, COMPLEMENTS)[known], complements[known], after, after + COMPLETES_DAYS, COMPLETES)

    def active(self, day: int) -> tuple[Ints, Floats]:
        """Return the keys (person * products + product), ascending, and the summed strengths of a day's spells."""
        if self._active_day != day:
            chosen = (self._first <= day) & (day <= self._last)
            keys, inverse = np.unique(self._keys[chosen], return_inverse=True)
            summed: Floats = np.bincount(inverse, weights=self._strength[chosen], minlength=len(keys)).astype(
                np.float64
            )
            self._active = keys, summed
            self._active_day = day
        return self._active

    def strength(self, people: Ints, products: Ints, day: int) -> Floats:
        """Return the summed strength of each pair of person and product on a day; 0 where there is none."""
        keys, strengths = self.active(day)
        if not len(keys):
            return np.zeros(len(people))
        wanted = people * len(self.catalogue) + products
        place = np.minimum(np.searchsorted(keys, wanted), len(keys) - 1)
        return np.where(keys[place] == wanted, strengths[place], 0.0)

    def wanted(self, day: int) -> tuple[Ints, Ints]:
        """Return (person, product) of what is wanted on a day, by person: accessories as well as what runs out."""
        keys, strengths = self.active(day)
        return np.divmod(keys[strengths > 0], len(self.catalogue))

    def due(self, day: int) -> tuple[Ints, Ints]:
        """Return (person, product) of the supplies that run out, by person."""
        chosen = (self._first <= day) & (day <= self._last) & (self._strength == DUE)
        return np.divmod(np.unique(self._keys[chosen]), len(self.catalogue))
