"""What customers used up before the period began, so that its first days are like the later ones."""

from __future__ import annotations

import numpy as np

from shelfwise.sample_shop.parameters import ShopParameters
from shelfwise.sample_shop.preferences import Preferences

DAYS_BEFORE = 45
SHARE_WITH_FAVOURITES = 0.6
CONSIDERED = 30


def buy_before(parameters: ShopParameters, preferences: Preferences) -> None:
    """Let most owners of an old account have bought two favourite supplies in the days before the period."""
    rng = parameters.random("before")
    catalogue, people = preferences.catalogue, preferences.people
    supplies = np.flatnonzero(catalogue.is_replenishable & (catalogue.launch_day < -DAYS_BEFORE))
    owners = np.flatnonzero((people.account_day < 0) & (rng.random(len(people)) < SHARE_WITH_FAVOURITES))
    bought_on = rng.integers(-DAYS_BEFORE, 0, len(owners))
    for day in range(-DAYS_BEFORE, 0):
        buyers = np.repeat(owners[bought_on == day], 2)
        offered = supplies[rng.integers(0, len(supplies), (len(buyers), CONSIDERED))]
        liked = preferences.interest(np.repeat(buyers, CONSIDERED), offered.ravel(), 0).reshape(offered.shape)
        liked += people.leaf_weights[buyers[:, None], catalogue.leaf[offered]]
        chosen = offered[np.arange(len(buyers)), np.argmax(liked, axis=1)]
        preferences.wants.record_purchases(buyers, chosen, np.ones(len(buyers), dtype=np.int64), day, rng)
