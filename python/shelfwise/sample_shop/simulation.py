"""The whole simulation: from parameters to a shop's true history, before anything goes wrong with the data."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
import pandas as pd

from shelfwise.sample_shop import pages
from shelfwise.sample_shop.before import buy_before
from shelfwise.sample_shop.catalogue import Ints, build_catalogue
from shelfwise.sample_shop.customers import build_people
from shelfwise.sample_shop.orders import add_returns, build_orders
from shelfwise.sample_shop.parameters import ShopParameters
from shelfwise.sample_shop.preferences import Preferences
from shelfwise.sample_shop.sessions import Visiting

SECOND = 1_000
DAY = 86_400 * SECOND
Progress = Callable[[str, float], None]


@dataclass(frozen=True)
class Shop:
    """What truly happened. Times are milliseconds since the first day began; people, products and devices are indexes.

    `visits`, by number: person, device, start, login_step, and what for (see `visits.Visits`). `events`: visit (-1:
    an event of none), step, name, occurred, device, customer (-1: not logged in) and the columns of `events.DETAILS`.
    `orders`: order, person, customer (-1: a guest), device, occurred. `lines`: order, line, product, quantity (negative
    when returned), price, occurred.
    """

    parameters: ShopParameters
    preferences: Preferences
    visits: pd.DataFrame
    events: pd.DataFrame
    orders: pd.DataFrame
    lines: pd.DataFrame


def simulate(parameters: ShopParameters, progress: Progress | None = None) -> Shop:
    """Simulate a shop day by day. `progress` is called with a phrase and the share that is done."""
    preferences = Preferences(build_catalogue(parameters), build_people(parameters))
    buy_before(parameters, preferences)
    visiting = Visiting(parameters, preferences)
    visits_by_day, lines_by_day = [], []
    for day in range(parameters.days):
        visits, lines = visiting.simulate_day(day)
        visits_by_day.append(visits)
        lines_by_day.append(lines)
        if progress:
            progress("simulating the sample shop", (day + 1) / parameters.days)
    visits = pd.concat(visits_by_day, ignore_index=True)
    visits["start"] = visits["day"] * DAY + visits["second"] * SECOND
    rng = parameters.random("times")
    events = time_events(visiting.events.frame(), visits, parameters.days * DAY, rng)
    orders, lines = build_orders(events, visits, pd.concat(lines_by_day, ignore_index=True))
    returned, return_lines = add_returns(parameters, orders, lines, preferences.catalogue)
    if len(return_lines):
        events = pd.concat([events, returned], ignore_index=True)
        lines = pd.concat([lines, return_lines], ignore_index=True)
    return Shop(parameters, preferences, visits, events, orders, lines)


def time_events(events: pd.DataFrame, visits: pd.DataFrame, end: int, rng: np.random.Generator) -> pd.DataFrame:
    """Give the events of visits their times, device and customer; a visit that would outlast `end` begins earlier."""
    visit = events["visit"].to_numpy()
    gaps = draw_gaps(events["name"].to_numpy(), rng)
    is_first = np.diff(visit, prepend=-1) != 0
    gaps[is_first] = 0
    elapsed = np.cumsum(gaps)
    elapsed -= np.repeat(elapsed[is_first], np.diff(np.flatnonzero(np.append(is_first, True))))
    longest = np.zeros(len(visits), dtype=np.int64)
    np.maximum.at(longest, visit, elapsed)
    start = np.minimum(visits["start"].to_numpy(), end - 10 * SECOND - longest)
    is_logged_in = events["step"].to_numpy() >= visits["login_step"].to_numpy()[visit]
    return events.assign(
        occurred=start[visit] + elapsed,
        device=visits["device"].to_numpy()[visit],
        customer=np.where(is_logged_in, visits["person"].to_numpy()[visit], -1),
    )


def draw_gaps(names: Ints, rng: np.random.Generator) -> Ints:
    """Draw the milliseconds between each event and the one before it.

    People read a page for some twenty seconds, in a wide spread that stays below half an hour; what a page reports
    about itself follows at once, and the lines of an order are reported together.
    """
    reading = np.clip(rng.lognormal(np.log(17), 0.95, len(names)), 1.2, 1_500) * SECOND
    at_once = rng.integers(60, 600, len(names))
    reports = np.isin(names, [pages.VIEW_ITEM, pages.VIEW_ITEM_LIST, pages.BEGIN_CHECKOUT])
    follows_click = (names == pages.PAGE_VIEW) & np.isin(np.roll(names, 1), [pages.SELECT_ITEM, pages.SEARCH])
    gaps = np.where(reports | follows_click, at_once, reading.astype(np.int64))
    return np.where(names == pages.PURCHASE, 0, gaps)
