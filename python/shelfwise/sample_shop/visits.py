"""Who visits on a day, from which device, by which page they come in, and what for.

Most who are led in by a search engine or a campaign leave after one to three pages; of those who stay, some have come
to buy and the others look around.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shelfwise.sample_shop.catalogue import Ints
from shelfwise.sample_shop.customers import choose_device
from shelfwise.sample_shop.parameters import ShopParameters
from shelfwise.sample_shop.preferences import Preferences
from shelfwise.sample_shop.rhythm import seconds_of_day, traffic_on

LANDS_ON_HOME, LANDS_ON_SHELF, LANDS_ON_PRODUCT = range(3)
# Strangers, then people who have an account at some time.
LANDING_SHARES = np.array([(0.31, 0.15, 0.54), (0.55, 0.18, 0.27)])
# By the device categories desktop, mobile and tablet.
BOUNCE_SHARES = np.array([(0.58, 0.71, 0.65), (0.22, 0.35, 0.29)])
DUE_TRAFFIC = 2.0


@dataclass(frozen=True)
class Visits:
    """The visits of a day by index; `number` is unique in the whole period. All of shape (visits,).

    `bounces`: leaves after one to three pages. `is_buying`: has come to buy, which nobody has who bounces.
    """

    number: Ints
    person: Ints
    device: Ints
    second: Ints
    landing: Ints
    bounces: NDArray[np.bool_]
    is_buying: NDArray[np.bool_]

    def __len__(self) -> int:
        return len(self.number)


@dataclass(frozen=True)
class Views:
    """Product pages opened: the visit's index, the product, the step, and the list it was chosen from (-1: none)."""

    visit: Ints
    product: Ints
    step: Ints
    list_number: Ints
    position: Ints

    def only(self, chosen: NDArray[np.bool_] | Ints) -> Views:
        """Return the chosen rows."""
        return Views(**{name: column[chosen] for name, column in vars(self).items()})

    @staticmethod
    def together(*parts: Views) -> Views:
        """Return the rows of all parts."""
        return Views(**{name: np.concatenate([getattr(part, name) for part in parts]) for name in vars(parts[0])})


def draw_visits(
    parameters: ShopParameters, preferences: Preferences, day: int, first_number: int, rng: np.random.Generator
) -> Visits:
    """Draw a day's visits in order of time. Whose supplies run out comes more often."""
    people = preferences.people
    when = parameters.date_of(day)
    is_active = (people.active_from <= day) & (day <= people.active_until)
    rate = people.visit_rate * is_active * traffic_on(when, day)
    waiting, _ = preferences.wants.due(day)
    rate[waiting] *= DUE_TRAFFIC
    person = np.repeat(np.arange(len(people)), rng.poisson(rate))
    second = seconds_of_day(when, len(person), rng)
    order = np.lexsort((person, second))
    person, second = person[order], second[order]
    device = choose_device(people, person, rng)
    has_account = (person < people.account_count).astype(np.int64)
    up_to = np.cumsum(LANDING_SHARES, axis=1)[has_account]
    bounces = rng.random(len(person)) < BOUNCE_SHARES[has_account, people.device_category(device)]
    buys = rng.random(len(person)) < preferences.buying_probability(person, day)
    return Visits(
        number=first_number + np.arange(len(person)),
        person=person,
        device=device,
        second=second,
        landing=(rng.random(len(person))[:, None] > up_to[:, :-1]).sum(axis=1),
        bounces=bounces,
        is_buying=buys & ~bounces,
    )
