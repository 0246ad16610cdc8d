"""What goes on in a shopper's head: the sample shop's true affinities, and nothing that the website knows.

A shopper is told which products stand where. Who drew them up, of which arm a list is, or that there are arms at all,
no function of this module can see.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shelfwise.sample_shop.catalogue import Ints
from shelfwise.sample_shop.preferences import (
    BEGIN_CHECKOUT,
    CLICK_BASE,
    COMPLETION,
    KEPT_IN_BASKET,
    Preferences,
    logistic,
)
from shelfwise.sample_shop.sessions import (
    ATTENTION_LOOKING,
    LANDING_CHOICE,
    MAX_LISTS,
    STOPS_BUYING,
    STOPS_LOOKING,
)
from shelfwise.sample_shop.shelves import BEST_SELLERS, PAGE_SIZE
from shelfwise.sample_shop.vocabulary import LEAVES

# Further down, products are noticed less: as in the lists that the sample shop shows.
FADES = 0.07
# The others have left the page, or look elsewhere, before a shelf of recommendations was on the screen.
SEES_SHELF = 0.7
# Of visits of people with an account, of which all are open by the end of the history.
LOGGED_IN = 0.6
# After a list, back to the first page.
GOES_HOME = 0.35


@dataclass(frozen=True)
class Visit:
    """A visit as the simulator draws it (see `sample_shop.visits`), by the indexes of people and devices."""

    number: int
    day: int
    person: int
    device: int
    second: int
    landing: int
    bounces: bool
    is_buying: bool


class Shopper:
    """A person on one visit.

    Every choice is drawn from the visit's own generator: in which order a day's visits come is no part of the result.
    """

    def __init__(self, preferences: Preferences, season: NDArray[np.float64], visit: Visit, seed: int) -> None:
        self.visit = visit
        self.rng = np.random.default_rng([seed, visit.number])
        self._preferences = preferences
        self._season = season
        self._category = int(preferences.people.device_category(np.array([visit.device]))[0])

    def is_logged_in(self) -> bool:
        """Draw whether a person with an account is logged in from the first page on."""
        return self.visit.person < self._preferences.people.account_count and bool(self.rng.random() < LOGGED_IN)

    def reading_seconds(self) -> float:
        """Draw how long a page is read, or a shelf looked at."""
        return float(np.clip(self.rng.lognormal(np.log(17), 0.95), 1.2, 600))

    def lists_opened(self) -> int:
        """Draw how many categories are looked through."""
        if self.visit.bounces:
            return 0
        return min(MAX_LISTS, int(self.rng.geometric(STOPS_BUYING if self.visit.is_buying else STOPS_LOOKING)))

    def goes_home(self) -> bool:
        """Draw whether the first page comes next."""
        return bool(self.rng.random() < GOES_HOME)

    def sees_shelf(self) -> bool:
        """Draw whether a shelf of recommendations comes into sight."""
        return bool(self.rng.random() < SEES_SHELF)

    def category(self) -> int:
        """Draw a leaf category, by own weights and the season."""
        return int(np.argmax(self._fondness() + self.rng.gumbel(size=len(LEAVES))))

    def _fondness(self) -> NDArray[np.float64]:
        """The log weights of the categories, own ones and those of the season; shape (leaves,)."""
        return np.asarray(self._preferences.people.leaf_weights[self.visit.person] + self._season)

    def led_to(self, listed: Ints) -> int:
        """Return the product to which a search engine leads: the one liked best of a few in a category."""
        shelf = self.category()
        offered = listed[shelf][listed[shelf] >= 0]
        if not len(offered):
            offered = listed[BEST_SELLERS][listed[BEST_SELLERS] >= 0]
        few = self.rng.choice(offered, LANDING_CHOICE)
        liking = self._preferences.interest(np.full(len(few), self.visit.person), few, self.visit.day)
        return int(few[np.argmax(liking + self.rng.gumbel(size=len(few)))])

    def clicks(self, products: Ints, *, in_category: bool = False) -> list[int]:
        """Return which places of a list are clicked: noticed from the top down, then by the true probability.

        Within a category that the person has opened, that is their interest in the product. On a shelf across the
        shop their fondness of its category, by which they would have opened it, counts too: who keeps no cat does not
        click the most popular litter.
        """
        shown = products[:PAGE_SIZE]
        attention = 1.0 if self.visit.is_buying else ATTENTION_LOOKING
        noticed = self.rng.random(len(shown)) < attention / (1 + FADES * np.arange(len(shown)))
        interest = self._preferences.interest(np.full(len(shown), self.visit.person), shown, self.visit.day)
        if not in_category:
            interest = interest + self._fondness()[self._preferences.catalogue.leaf[shown]]
        likely = logistic(CLICK_BASE + interest)
        clicked = np.flatnonzero(noticed & (self.rng.random(len(shown)) < likely))
        return clicked[:1].tolist() if self.visit.bounces else clicked.tolist()

    def puts_into_cart(self, product: int) -> bool:
        """Draw whether the product of a page goes into the cart."""
        person = np.array([self.visit.person])
        likely = self._preferences.cart_probability(person, np.array([product]), self.visit.day)[0]
        return bool(self.visit.is_buying and self.rng.random() < likely)

    def units(self, product: int) -> int:
        """Draw how many units of a product are bought."""
        if self._preferences.catalogue.is_replenishable[product]:
            return 1 + int(self.rng.poisson(0.45))
        return 1 + int(self.rng.random() < 0.06)

    def keeps(self) -> bool:
        """Draw whether a product stays in the cart up to the till."""
        return bool(self.rng.random() < KEPT_IN_BASKET)

    def checks_out(self) -> tuple[bool, bool]:
        """Draw whether the checkout is begun, and whether it ends in an order."""
        draw = self.rng.random()
        return bool(draw < BEGIN_CHECKOUT[self._category]), bool(draw < COMPLETION[self._category])
