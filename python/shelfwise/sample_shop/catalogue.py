"""The catalogue: products, what completes them, and each day's prices and stock."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shelfwise.sample_shop.parameters import ShopParameters
from shelfwise.sample_shop.rhythm import promotion_on
from shelfwise.sample_shop.vocabulary import BRANDS, DEPARTMENTS, DETAILS, LEAF_INDEX, LEAVES, SERIES

FACTORS = 6
COMPLEMENTS = 3
BRANDS_EACH = 6
NEW_PRODUCT_SHARE = 0.12
# Log price of a department's brands, from the dearest to the cheapest.
BRAND_PREMIUM = np.array([0.42, 0.22, 0.08, -0.06, -0.2, -0.36])
Ints = NDArray[np.int64]
Floats = NDArray[np.float64]


@dataclass(frozen=True)
class Catalogue:
    """Products by index; `prices` (pence) and `in_stock` have shape (days, products).

    `launch_day` counts from the first simulated day and is negative for what was there before. `relative_price` is the
    product's price level within its leaf, with deviation 1. `complements` has shape (products, 3), -1 for none.
    """

    product_ids: NDArray[np.object_]
    titles: NDArray[np.object_]
    leaf: Ints
    brand: Ints
    noun: Ints
    list_price: Ints
    relative_price: Floats
    pack_days: Floats
    popularity: Floats
    launch_day: Ints
    factors: Floats
    complements: Ints
    prices: Ints
    in_stock: NDArray[np.bool_]

    @property
    def is_replenishable(self) -> NDArray[np.bool_]:
        """Whether a product is used up and bought again."""
        return self.pack_days > 0

    def __len__(self) -> int:
        return len(self.leaf)


def build_catalogue(parameters: ShopParameters) -> Catalogue:
    """Make the catalogue of a shop."""
    rng = parameters.random("catalogue")
    count = parameters.product_count
    leaf = rng.permutation(np.arange(count) % len(LEAVES))
    noun, brand, titles = choose_names(leaf, rng)
    tilt = BRAND_PREMIUM[brand % BRANDS_EACH] + rng.normal(0, 0.28, count)
    median = np.array([each.price for each in LEAVES])[leaf]
    list_price = pretty_price(median * np.exp(tilt))
    launch_day = np.where(
        rng.random(count) < NEW_PRODUCT_SHARE,
        rng.integers(1, parameters.days, count),
        -rng.integers(20, 1_100, count),
    )
    centre = rng.normal(0, 0.7, (len(LEAVES), FACTORS))
    pack_days = np.array([float(each.days) for each in LEAVES])[leaf]
    return Catalogue(
        product_ids=np.array([f"P{number:05d}" for number in range(1, count + 1)], dtype=object),
        titles=titles,
        leaf=leaf,
        brand=brand,
        noun=noun,
        list_price=list_price,
        relative_price=(tilt - tilt.mean()) / tilt.std(),
        pack_days=np.round(pack_days * rng.lognormal(0, 0.2, count)),
        popularity=rng.normal(0, 0.75, count),
        launch_day=launch_day,
        factors=(centre[leaf] + rng.normal(0, 0.9, (count, FACTORS))) / np.sqrt(FACTORS),
        complements=choose_complements(leaf, rng),
        prices=daily_prices(parameters, leaf, list_price, rng),
        in_stock=daily_stock(parameters.days, count, rng),
    )


def choose_names(leaf: Ints, rng: np.random.Generator) -> tuple[Ints, Ints, NDArray[np.object_]]:
    """Draw each product's noun, brand and title; no two titles are equal."""
    noun, brand = np.zeros(len(leaf), dtype=np.int64), np.zeros(len(leaf), dtype=np.int64)
    titles = np.empty(len(leaf), dtype=object)
    for index, each in enumerate(LEAVES):
        members = np.flatnonzero(leaf == index)
        details = DETAILS[each.detail]
        shape = (len(each.nouns), BRANDS_EACH, len(SERIES), len(details))
        drawn = np.unravel_index(rng.choice(np.prod(shape), size=len(members), replace=False), shape)
        brands = BRANDS[each.department]
        noun[members], brand[members] = drawn[0], DEPARTMENTS.index(each.department) * BRANDS_EACH + drawn[1]
        for member, a, b, c, d in zip(members, *drawn, strict=True):
            titles[member] = f"{brands[b]} {SERIES[c]} {each.nouns[a]}, {details[d]}"
    return noun, brand, titles


def pretty_price(pounds: Floats) -> Ints:
    """Round to prices that end in 49 or 99 pence, in pence."""
    return np.maximum(1, np.round(pounds * 2)).astype(np.int64) * 50 - 1


def choose_complements(leaf: Ints, rng: np.random.Generator) -> Ints:
    """Draw the products that complete each product, from the leaves its own goes with; -1 where there are none."""
    chosen = np.full((len(leaf), COMPLEMENTS), -1, dtype=np.int64)
    for index, each in enumerate(LEAVES):
        members = np.flatnonzero(leaf == index)
        pool = np.flatnonzero(np.isin(leaf, [LEAF_INDEX[name] for name in each.goes_with]))
        if len(pool):
            chosen[members] = np.array([rng.choice(pool, COMPLEMENTS, replace=False) for _ in members])
    return chosen


def daily_prices(parameters: ShopParameters, leaf: Ints, list_price: Ints, rng: np.random.Generator) -> Ints:
    """Return the pence asked each day: lasting changes now and then, and promotions on half of a department."""
    days, count = parameters.days, len(leaf)
    changes = (rng.random((days, count)) < 1 / 150) * rng.choice([-0.1, -0.06, 0.04, 0.07, 0.1], (days, count))
    changes[0] = 0
    lasting = pretty_price(list_price / 100 * np.exp(np.cumsum(changes, axis=0)))
    departments = np.array([DEPARTMENTS.index(each.department) for each in LEAVES])[leaf]
    takes_part = rng.random(count) < 0.5
    for day in range(days):
        if promotion := promotion_on(parameters.date_of(day)):
            chosen = [DEPARTMENTS.index(name) for name in promotion.departments]
            reduced = takes_part & np.isin(departments, chosen)
            lasting[day, reduced] = pretty_price(lasting[day, reduced] / 100 * (1 - promotion.discount))
    return lasting


def daily_stock(days: int, count: int, rng: np.random.Generator) -> NDArray[np.bool_]:
    """Return whether each product can be bought each day: a two-state chain, out for five days on average."""
    in_stock = np.empty((days, count), dtype=np.bool_)
    state = rng.random(count) > 0.02
    for day in range(days):
        draw = rng.random(count)
        state = np.where(state, draw > 0.004, draw < 0.2)
        in_stock[day] = state
    return in_stock


def product_versions(catalogue: Catalogue) -> tuple[Ints, Ints]:
    """Return (day, product) of each version to land: all there is on day 0, then launches and changes, by day."""
    days = np.arange(len(catalogue.prices))[:, None]
    is_new = catalogue.launch_day[None, :] == days
    is_known = catalogue.launch_day[None, :] < days
    changed = np.zeros_like(is_new)
    changed[1:] = np.diff(catalogue.prices, axis=0).astype(bool) | np.diff(catalogue.in_stock, axis=0)
    is_first = (days == 0) & (catalogue.launch_day[None, :] < 0)
    day, product = np.nonzero(is_first | is_new | (is_known & changed))
    return day.astype(np.int64), product.astype(np.int64)
