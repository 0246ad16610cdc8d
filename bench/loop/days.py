"""Days of a sample shop whose history has landed: who visits, and what all of them do on the website."""

from __future__ import annotations

import zlib
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from datetime import datetime, time, timedelta

import numpy as np

from bench.loop.browsing import Browsing, Line, Shop
from bench.loop.shopper import Shopper, Visit
from bench.loop.website import Website
from shelfwise.sample_shop import pages
from shelfwise.sample_shop.customers import customer_ids
from shelfwise.sample_shop.parameters import ShopParameters
from shelfwise.sample_shop.preferences import Preferences
from shelfwise.sample_shop.rhythm import season_on
from shelfwise.sample_shop.shelves import Shelves
from shelfwise.sample_shop.simulation import simulate
from shelfwise.sample_shop.tables import device_ids
from shelfwise.sample_shop.user_agents import USER_AGENTS
from shelfwise.sample_shop.visits import draw_visits
from shelfwise.sample_shop.vocabulary import COUNTRIES
from shelfwise.settings import Settings

# So that a day's run knows whole visits.
LATEST_START = 23 * 3_600
AT_ONCE = 8


@dataclass
class Town:
    """The people of the sample shop after its simulated history, and the shop as it was on the last day of that.

    Prices, stock and catalogue stay so. What people want goes on changing by what they buy.
    """

    parameters: ShopParameters
    preferences: Preferences
    shelves: Shelves
    seed: int
    visit_count: int = 0
    shoppers: set[int] = field(default_factory=set)

    @classmethod
    def after(cls, parameters: ShopParameters, share: float = 1.0) -> Town:
        """Simulate the history again, in memory; of the visits that would follow it, only a share takes place."""
        preferences = simulate(parameters).preferences
        people = preferences.people
        # Without an account people visit up to the end of the history, for the simulator knows no later day.
        stays = np.where(np.arange(len(people)) < people.account_count, people.active_until, np.iinfo(np.int64).max)
        preferences.people = replace(people, active_until=stays, visit_rate=share * people.visit_rate)
        seed = zlib.crc32(f"bench loop {parameters.seed}".encode())
        return cls(parameters, preferences, Shelves(parameters, preferences.catalogue), seed)

    def browse(self, day: int, website: Website, settings: Settings) -> None:
        """Let a day's visitors browse, several at once."""
        shop = self.shop_on(day, settings)
        self.preferences.wants.active(day)  # once, before many ask for it
        with ThreadPoolExecutor(AT_ONCE) as pool:
            walked = list(pool.map(walk, self.visits(day, website, shop)))
        bought = [(visit.shopper.visit.person, line) for visit in walked for line in visit.bought]
        self.remember(bought, day)
        self.visit_count += len(walked)
        self.shoppers.update(visit.shopper.visit.person for visit in walked)

    def shop_on(self, day: int, settings: Settings) -> Shop:
        """Return the shop as its pages show it."""
        catalogue = self.preferences.catalogue
        listed = self.shelves.on(self.parameters.days - 1)
        places = {product_id: place for place, product_id in enumerate(catalogue.product_ids)}
        return Shop(catalogue, listed, pages.page_urls(catalogue), day, settings, places)

    def visits(self, day: int, website: Website, shop: Shop) -> Iterator[Browsing]:
        """Yield a day's visits, not begun."""
        people = self.preferences.people
        rng = np.random.default_rng([self.seed, day])
        drawn = draw_visits(self.parameters, self.preferences, day, self.visit_count, rng)
        season = season_on(self.parameters.date_of(day))
        devices = device_ids(drawn.device).to_pylist()
        customers = customer_ids(people.account_count)
        midnight = datetime.combine(self.parameters.date_of(day), time())
        for row in range(len(drawn)):
            visit = Visit(
                number=int(drawn.number[row]), day=day, person=int(drawn.person[row]), device=int(drawn.device[row]),
                second=min(int(drawn.second[row]), LATEST_START), landing=int(drawn.landing[row]),
                bounces=bool(drawn.bounces[row]), is_buying=bool(drawn.is_buying[row]),
            )  # fmt: skip
            shopper = Shopper(self.preferences, season, visit, self.seed)
            yield Browsing(
                shop=shop,
                website=website,
                shopper=shopper,
                device_id=devices[row],
                customer_id=str(customers[visit.person]) if shopper.is_logged_in() else None,
                user_agent=USER_AGENTS[int(people.device_agent[visit.device])][1],
                country=COUNTRIES[int(people.country[visit.person])],
                now=midnight + timedelta(seconds=visit.second),
            )

    def remember(self, bought: list[tuple[int, Line]], day: int) -> None:
        """Let what was bought change what is wanted from the next day on."""
        people = np.array([person for person, _ in bought], dtype=np.int64)
        products = np.array([line.product for _, line in bought], dtype=np.int64)
        units = np.array([line.units for _, line in bought], dtype=np.int64)
        rng = np.random.default_rng([self.seed, day, 1])
        self.preferences.wants.record_purchases(people, products, units, day, rng)


def walk(browsing: Browsing) -> Browsing:
    """Walk, and give back who walked."""
    browsing.walk()
    return browsing
