"""The people who visit the shop, with and without an account: tastes, habits and devices."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shelfwise.sample_shop.catalogue import BRANDS_EACH, FACTORS, Floats, Ints
from shelfwise.sample_shop.parameters import ShopParameters
from shelfwise.sample_shop.user_agents import USER_AGENTS
from shelfwise.sample_shop.vocabulary import BRANDS, COUNTRY_SHARES, DEPARTMENTS, LEAVES

DEVICE_CATEGORIES = ("desktop", "mobile", "tablet")
DEVICE_SHARES = (0.37, 0.55, 0.08)
MAX_DEVICES = 3
VISITORS_PER_CUSTOMER = 6
NEW_ACCOUNT_SHARE = 0.3
SHARED_DEVICE_SHARE = 0.06


@dataclass(frozen=True)
class People:
    """People by index: first those with an account at some time (`account_count`), then visitors without one.

    `account_day` is the day from which a person may log in, negative for accounts older than the period, and past its
    end for those who never open one. `devices` has shape (people, 3), -1 for none; `device_agent` gives each device's
    user agent. `leaf_weights` are log weights, shape (people, leaves); `brand_weights` has shape (people, brands).
    """

    account_count: int
    account_day: Ints
    country: Ints
    tastes: Floats
    leaf_weights: NDArray[np.float32]
    brand_weights: NDArray[np.float32]
    price_level: Floats
    price_sensitivity: Floats
    intent: Floats
    pace: Floats
    visit_rate: Floats
    active_from: Ints
    active_until: Ints
    devices: Ints
    device_agent: Ints

    def __len__(self) -> int:
        return len(self.country)

    def device_category(self, device: Ints) -> Ints:
        """Return the index in DEVICE_CATEGORIES of each device."""
        categories = np.array([DEVICE_CATEGORIES.index(category) for category, _ in USER_AGENTS])
        return categories[self.device_agent[device]]


def customer_ids(count: int) -> NDArray[np.object_]:
    """Return the ids of the first `count` people, the only ones who have one."""
    return np.array([f"C{number:06d}" for number in range(1, count + 1)], dtype=object)


def build_people(parameters: ShopParameters) -> People:
    """Make the people of a shop."""
    rng = parameters.random("people")
    accounts, days = parameters.customer_count, parameters.days
    count = accounts + round(accounts * VISITORS_PER_CUSTOMER)
    has_account = np.arange(count) < accounts
    opens_now = rng.random(count) < NEW_ACCOUNT_SHARE
    opened = np.where(opens_now, rng.integers(0, days, count), -rng.integers(1, 730, count))
    leaves_after = rng.exponential(600, count).astype(np.int64)
    department_weights = rng.normal(0, 1.0, (count, len(DEPARTMENTS)))
    department_of_leaf = [DEPARTMENTS.index(leaf.department) for leaf in LEAVES]
    leaf_weights = department_weights[:, department_of_leaf] + rng.normal(0, 1.1, (count, len(LEAVES)))
    devices, device_agent = build_devices(count, accounts, rng)
    customer_rate = 0.0375 * rng.gamma(1.1, 1 / 1.1, count)
    visitor_rate = 0.0099 * rng.gamma(1.5, 1 / 1.5, count)
    return People(
        account_count=accounts,
        account_day=np.where(has_account, opened, days),
        country=rng.choice(len(COUNTRY_SHARES), size=count, p=COUNTRY_SHARES),
        tastes=rng.normal(0, 1, (count, FACTORS)),
        leaf_weights=leaf_weights.astype(np.float32),
        brand_weights=rng.normal(0, 0.5, (count, len(BRANDS) * BRANDS_EACH)).astype(np.float32),
        price_level=rng.normal(0, 1, count),
        price_sensitivity=rng.lognormal(1.2, 0.5, count),
        intent=np.where(has_account, rng.normal(0, 0.4, count), rng.normal(-0.9, 0.4, count)),
        pace=rng.lognormal(0, 0.2, count),
        visit_rate=np.where(has_account, customer_rate, visitor_rate),
        active_from=np.where(has_account & opens_now, opened - rng.integers(0, 10, count), -1),
        active_until=np.where(has_account, np.maximum(opened, 0) + leaves_after, days),
        devices=devices,
        device_agent=device_agent,
    )


def build_devices(people: int, accounts: int, rng: np.random.Generator) -> tuple[Ints, Ints]:
    """Give each person one to three devices; a few account holders use another one's device as well."""
    owned = np.where(np.arange(people) < accounts, rng.choice([1, 2, 3], people, p=[0.5, 0.38, 0.12]), 1)
    has = np.arange(MAX_DEVICES)[None, :] < owned[:, None]
    devices = np.where(has, np.cumsum(has).reshape(has.shape) - 1, -1)
    category = rng.choice(len(DEVICE_CATEGORIES), size=has.sum(), p=DEVICE_SHARES)
    agents = np.empty(len(category), dtype=np.int64)
    for index, name in enumerate(DEVICE_CATEGORIES):
        of_category = np.array([number for number, (each, _) in enumerate(USER_AGENTS) if each == name])
        members = category == index
        agents[members] = rng.choice(of_category, size=members.sum())
    has_room = (np.arange(people) < accounts) & (owned < MAX_DEVICES)
    borrowers = np.flatnonzero(has_room & (rng.random(people) < SHARED_DEVICE_SHARE))
    lenders = rng.integers(0, accounts, len(borrowers))
    devices[borrowers, owned[borrowers]] = devices[lenders, 0]
    return devices, agents


def choose_device(people: People, visitors: Ints, rng: np.random.Generator) -> Ints:
    """Draw the device of each visit: the first one most often."""
    draw = rng.random(len(visitors))
    slot = np.where(draw < 0.65, 0, np.where(draw < 0.9, 1, 2))
    chosen = people.devices[visitors, slot]
    return np.where(chosen < 0, people.devices[visitors, 0], chosen)
