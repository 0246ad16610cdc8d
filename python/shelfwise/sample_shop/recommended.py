"""The shelf of recommendations on the home page, for which this shop has its best sellers: what it showed and led to.

It is told of afterwards and moves nobody: a click on it is one of the ways to a product that somebody looked at after
the home page. So the rest of the history, and every figure that is made of it, is the same as without the shelf.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from shelfwise.sample_shop import pages
from shelfwise.sample_shop.catalogue import Ints
from shelfwise.sample_shop.faults import empty_events
from shelfwise.sample_shop.shelves import BEST_SELLERS, Shelves
from shelfwise.sample_shop.simulation import DAY, Shop

SHELF_LENGTH = 4
# The others leave the page before they have scrolled down to it.
SEEN_SHARE = 0.3
# Of those who later look at a product of the shelf, as many got there by it; the others saw it elsewhere.
CLICK_SHARE = 0.6


def add_recommendations(shop: Shop, events: pd.DataFrame) -> pd.DataFrame:
    """Return the received events with those of the shelf added, and `recommendation`: the list's number, -1 for none.

    The shelf's events share time, device and delivery with what they belong to, so that no session begins or ends by
    them. None of them is late, faulty or repeated.
    """
    received = events.set_index("key")["received"]
    received = received[~received.index.duplicated()]
    rng = shop.parameters.random("recommendations")
    homes = shop.events[(shop.events["page"] == pages.HOME) & (shop.events["name"] == pages.PAGE_VIEW)]
    shown = show_shelf(shop, homes[rng.random(len(homes)) < SEEN_SHARE])
    added = pd.concat([shown, click_shelf(shop, shown, rng)], ignore_index=True)
    added["received"] = received.loc[added["origin"]].to_numpy()
    added = added[added["received"] - added["occurred"] < DAY]
    added["agent"] = shop.preferences.people.device_agent[added["device"]]
    added["key"] = events["key"].max() + 1 + np.arange(len(added))
    return pd.concat([events.assign(recommendation=-1), added.drop(columns=["visit", "origin"])], ignore_index=True)


def show_shelf(shop: Shop, homes: pd.DataFrame) -> pd.DataFrame:
    """Return an event for each product that each view of the home page shows; `origin` is the view's number."""
    shelves = Shelves(shop.parameters, shop.preferences.catalogue)
    listed = np.stack([shelves.on(day)[BEST_SELLERS, :SHELF_LENGTH] for day in range(shop.parameters.days)])
    origin = np.repeat(homes.index.to_numpy(), SHELF_LENGTH)
    place = np.tile(np.arange(SHELF_LENGTH), len(homes))
    rows = shelf_events(shop.events.loc[origin], pages.VIEW_RECOMMENDATION)
    rows = rows.assign(
        product=listed[rows["occurred"].to_numpy() // DAY, place], position=place + 1, recommendation=origin
    )
    return rows[rows["product"] >= 0]


def click_shelf(shop: Shop, shown: pd.DataFrame, rng: np.random.Generator) -> pd.DataFrame:
    """Return a click for some of the products that were shown and then looked at in the same visit."""
    looks = shop.events.loc[(shop.events["name"] == pages.VIEW_ITEM) & (shop.events["visit"] >= 0)]
    looks = looks[["visit", "product", "occurred"]].assign(look=looks.index)
    of_shelf = shown[["visit", "product", "occurred", "position", "recommendation"]]
    pairs = of_shelf.merge(looks, on=["visit", "product"], suffixes=("_shown", ""))
    pairs = pairs[pairs["occurred"] > pairs["occurred_shown"]].sort_values(["look", "occurred_shown"])
    # one click a look, on the shelf seen last; one look a shelf's product, the first
    pairs = pairs.drop_duplicates("look", keep="last").drop_duplicates(["recommendation", "product"], keep="first")
    pairs = pairs[rng.random(len(pairs)) < CLICK_SHARE]
    rows = shelf_events(shop.events.loc[pairs["look"]], pages.SELECT_RECOMMENDATION)
    return rows.assign(**{name: pairs[name].to_numpy() for name in ("product", "position", "recommendation")})


def shelf_events(origins: pd.DataFrame, name: int) -> pd.DataFrame:
    """Return an event of the shelf for each of these events, at their time and by their device."""
    kept: dict[str, Ints] = {
        column: origins[column].to_numpy() for column in ("visit", "occurred", "device", "customer")
    }
    return empty_events(len(origins)).assign(
        name=name, page=pages.HOME, list_number=pages.HOME_SHELF, origin=origins.index.to_numpy(), **kept
    )
