"""A day of visits: what visitors are shown, look at, put into the basket and order.

Within a visit every event has a `step`, which orders it; `shelfwise.sample_shop.simulation` turns steps into times.
"""

from __future__ import annotations

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.sample_shop import pages
from shelfwise.sample_shop.catalogue import Catalogue, Ints
from shelfwise.sample_shop.customers import People
from shelfwise.sample_shop.events import EventLog
from shelfwise.sample_shop.parameters import ShopParameters
from shelfwise.sample_shop.preferences import BEGIN_CHECKOUT, COMPLETION, KEPT_IN_BASKET, Preferences
from shelfwise.sample_shop.rhythm import season_on
from shelfwise.sample_shop.shelves import BEST_SELLERS, FIRST_SEARCH, PAGE_SIZE, Shelves, search_shelf
from shelfwise.sample_shop.visits import (
    LANDS_ON_HOME,
    LANDS_ON_PRODUCT,
    LANDS_ON_SHELF,
    Views,
    Visits,
    draw_visits,
)
from shelfwise.sample_shop.vocabulary import LEAVES

LIST_STEP = 10_000
REMOVE_STEP = 800_000
CHECKOUT_STEP = 900_000
ORDER_STEP = 950_000
NEVER = 2_000_000
# Of those who bounce from the home page or a product, some open one list.
BOUNCE_LIST_SHARE = 0.1
MAX_LISTS = 5
# How likely somebody stops at each list; who has come to buy goes on longer, and notices more of the products in it.
STOPS_BUYING, STOPS_LOOKING = 0.75, 0.92
ATTENTION_LOOKING = 0.4
LANDING_CHOICE = 5  # products of which a search engine or a campaign leads to one


class Visiting:
    """Simulates one day after the other; what is bought changes what is wanted on the days after."""

    def __init__(self, parameters: ShopParameters, preferences: Preferences) -> None:
        self.parameters = parameters
        self.preferences = preferences
        self.catalogue: Catalogue = preferences.catalogue
        self.people: People = preferences.people
        self.shelves = Shelves(parameters, self.catalogue)
        self.rng = parameters.random("visits")
        self.events = EventLog()
        self.visit_count = 0
        self.order_count = 0

    def simulate_day(self, day: int) -> tuple[pd.DataFrame, pd.DataFrame]:
        """Add a day's events to the log; return its visits and the lines of its orders."""
        visits = draw_visits(self.parameters, self.preferences, day, self.visit_count, self.rng)
        self.visit_count += len(visits)
        login_step = self._draw_logins(visits, day)
        listed = self.shelves.on(day)
        views = Views.together(
            self._land(visits, listed, day), self._browse(visits, listed, day), self._buy_again(visits, day)
        )
        carted = self._look_and_cart(visits, views, day)
        accessories = self._show_accessories(visits, carted, day)
        carted = Views.together(carted, self._look_and_cart(visits, accessories, day))
        lines = self._check_out(visits, carted, day)
        people = visits.person[lines["visit"].to_numpy()]
        self.preferences.wants.record_purchases(
            people, lines["product"].to_numpy(), lines["quantity"].to_numpy(), day, self.rng
        )
        lines["visit"] = visits.number[lines["visit"].to_numpy()]
        return pd.DataFrame({**vars(visits), "login_step": login_step, "day": day}), lines

    def _draw_logins(self, visits: Visits, day: int) -> Ints:
        """Draw from which step on each visitor is logged in, and log the login pages."""
        rng, count = self.rng, len(visits.person)
        may = self.people.account_day[visits.person] <= day
        draw = rng.random(count)
        midway = LIST_STEP * rng.integers(1, 3, count) - 1
        login = np.select([draw < 0.52, draw < 0.70, draw < 0.88], [0, midway, CHECKOUT_STEP - 1], NEVER)
        login = np.where(may & ~visits.bounces | may & (login == 0), login, NEVER)
        shown = (login > 0) & (login < CHECKOUT_STEP - 1)
        self.events.add(visits.number[shown], login[shown] - 1, pages.PAGE_VIEW, page=pages.LOGIN)
        return login

    def _land(self, visits: Visits, listed: Ints, day: int) -> Views:
        """Log the arrival on the home page, and return the products on whose page a visit begins.

        A search engine or a campaign leads to the one they like best of a few products in a category of theirs.
        """
        home = visits.landing == LANDS_ON_HOME
        self.events.add(visits.number[home], 0, pages.PAGE_VIEW, page=pages.HOME)
        visit = np.flatnonzero(visits.landing == LANDS_ON_PRODUCT)
        leaf = self._choose_leaf(visits.person[visit], day)
        on_shelf = (listed >= 0).sum(axis=1)
        shelf = np.where(on_shelf[leaf] > 0, leaf, BEST_SELLERS)
        place = (self.rng.random((len(visit), LANDING_CHOICE)) * on_shelf[shelf, None]).astype(np.int64)
        offered = listed[shelf[:, None], place]
        person = np.repeat(visits.person[visit], LANDING_CHOICE)
        liking = self.preferences.interest(person, offered.ravel(), day).reshape(offered.shape)
        chosen = np.argmax(liking + self.rng.gumbel(size=offered.shape), axis=1)
        nothing = np.full(len(visit), -1)
        return Views(visit, offered[np.arange(len(visit)), chosen], nothing, nothing, nothing)

    def _browse(self, visits: Visits, listed: Ints, day: int) -> Views:
        """Show lists, and return what was clicked in them."""
        rng, count = self.rng, len(visits)
        lands_on_shelf = visits.landing == LANDS_ON_SHELF
        few = lands_on_shelf | (rng.random(count) < BOUNCE_LIST_SHARE)
        stops = np.where(visits.is_buying, STOPS_BUYING, STOPS_LOOKING)
        lists = np.where(visits.bounces, few, np.minimum(rng.geometric(stops), MAX_LISTS))
        visit = np.repeat(np.arange(count), lists)
        number = np.arange(len(visit)) - np.repeat(np.cumsum(lists) - lists, lists)
        is_landing = (number == 0) & lands_on_shelf[visit]
        shelf = self._choose_shelf(visits.person[visit], number, is_landing, day)
        page = np.where((rng.random(len(visit)) < 0.15) & (shelf < BEST_SELLERS) & ~is_landing, 1, 0)
        step = (number + 1) * LIST_STEP
        visit_number, shelf_page = visits.number[visit], shelf + pages.FIRST_SHELF_PAGE
        self.events.add(visit_number[is_landing], 0, pages.PAGE_VIEW, page=shelf_page[is_landing])
        searched = shelf >= FIRST_SEARCH
        term = np.where(searched, shelf - FIRST_SEARCH, -1)
        self.events.add(
            visit_number[searched], step[searched], pages.SEARCH, search=term[searched], page=shelf_page[searched]
        )
        opened = ~is_landing
        self.events.add(visit_number[opened], step[opened] + 1, pages.PAGE_VIEW, page=shelf_page[opened])
        self.events.add(
            visit_number, np.where(is_landing, 1, step + 2), pages.VIEW_ITEM_LIST,
            list_number=shelf, page=shelf_page, search=term,
        )  # fmt: skip
        clicked = self._click(visits, listed, visit, shelf, page, step, day)
        is_first = np.diff(clicked.visit, prepend=-1) != 0
        return clicked.only(is_first | ~visits.bounces[clicked.visit])

    def _choose_leaf(self, person: Ints, day: int) -> Ints:
        """Draw a leaf category for each person, by their own weights and the season."""
        noise = self.rng.gumbel(size=(len(person), len(LEAVES)))
        season = season_on(self.parameters.date_of(day))
        return np.asarray(np.argmax(self.people.leaf_weights[person] + season + noise, axis=1))

    def _choose_shelf(self, person: Ints, number: Ints, is_landing: NDArray[np.bool_], day: int) -> Ints:
        """Draw each list by what the person likes and wants; some search, some see the best sellers first."""
        rng = self.rng
        leaf = self._choose_leaf(person, day)
        wanting, product = self.preferences.wants.wanted(day)
        if len(wanting):
            order = rng.permutation(len(wanting))
            one = np.full(len(self.people), -1)
            one[wanting[order]] = product[order]
            follows = (one[person] >= 0) & (rng.random(len(person)) < 0.35)
            leaf = np.where(follows, self.catalogue.leaf[one[person]], leaf)
        noun_counts = np.array([len(each.nouns) for each in LEAVES])
        searched = search_shelf(leaf, rng.integers(0, noun_counts[leaf]))
        draw = rng.random(len(person))
        searches, sees_best = (draw < 0.22) & ~is_landing, (draw > 0.8) & (number == 0)
        return np.where(searches, searched, np.where(sees_best, BEST_SELLERS, leaf))

    def _click(self, visits: Visits, listed: Ints, visit: Ints, shelf: Ints, page: Ints, step: Ints, day: int) -> Views:
        """Let each visitor notice products from the top of the list down, and click by their true probability."""
        rank = np.arange(PAGE_SIZE)
        shown = listed[shelf[:, None], page[:, None] * PAGE_SIZE + rank]
        row, column = np.nonzero(shown >= 0)
        product = shown[row, column]
        attention = np.where(visits.is_buying[visit[row]], 1.0, ATTENTION_LOOKING)
        noticed = self.rng.random(len(row)) < attention / (1 + 0.07 * column)
        row, column, product = row[noticed], column[noticed], product[noticed]
        probability = self.preferences.click_probability(visits.person[visit[row]], product, day)
        clicked = self.rng.random(len(row)) < probability
        row, column = row[clicked], column[clicked]
        position = page[row] * PAGE_SIZE + column + 1
        return Views(visit[row], product[clicked], step[row] + 100 * position, shelf[row], position)

    def _buy_again(self, visits: Visits, day: int) -> Views:
        """Send those who have come to buy, and whose supplies run out, to what they bought before."""
        person, product = self.preferences.wants.due(day)
        due = pd.DataFrame({"person": person, "product": product})
        due["position"] = due.groupby("person").cumcount() + 1
        comes = (self.rng.random(len(visits)) < 0.7) & visits.is_buying
        coming = pd.DataFrame({"visit": np.flatnonzero(comes), "person": visits.person[comes]})
        found = coming.merge(due[due["position"] <= 4], on="person", how="inner").sort_values(["visit", "position"])
        visit, product = found["visit"].to_numpy(), found["product"].to_numpy()
        position = found["position"].to_numpy()
        first = visits.number[np.unique(visit)]
        self.events.add(first, 5_000, pages.PAGE_VIEW, page=pages.PAST_ORDERS)
        self.events.add(first, 5_001, pages.VIEW_ITEM_LIST, list_number=pages.BUY_AGAIN, page=pages.PAST_ORDERS)
        return Views(visit, product, 5_000 + 100 * position, np.full(len(visit), pages.BUY_AGAIN), position)

    def _look_and_cart(self, visits: Visits, views: Views, day: int) -> Views:
        """Open the product pages, and return those whose product went into the basket of who has come to buy."""
        number, product = visits.number[views.visit], views.product
        price = self.catalogue.prices[day, product]
        page = pages.FIRST_PRODUCT_PAGE + product
        chosen = views.list_number >= 0
        self.events.add(
            number[chosen], views.step[chosen], pages.SELECT_ITEM,
            product=product[chosen], list_number=views.list_number[chosen], position=views.position[chosen],
            price=price[chosen], page=pages.page_of_list(views.list_number[chosen]),
        )  # fmt: skip
        self.events.add(number, views.step + 1, pages.PAGE_VIEW, page=page)
        self.events.add(number, views.step + 2, pages.VIEW_ITEM, product=product, price=price, page=page)
        chance = self.preferences.cart_probability(visits.person[views.visit], product, day)
        return views.only(visits.is_buying[views.visit] & (self.rng.random(len(product)) < chance))

    def _show_accessories(self, visits: Visits, carted: Views, day: int) -> Views:
        """Show what completes a product that went into the basket, and return what was clicked."""
        offered = self.catalogue.complements[carted.product]
        known = (offered[:, 0] >= 0) & (self.rng.random(len(offered)) < 0.6)
        row, column = np.nonzero(known[:, None] & (self.catalogue.launch_day[offered] <= day))
        product = offered[row, column]
        self.events.add(
            visits.number[carted.visit[known]], carted.step[known] + 10, pages.VIEW_ITEM_LIST,
            list_number=pages.ACCESSORIES, page=pages.BASKET,
        )  # fmt: skip
        chance = self.preferences.accessory_probability(visits.person[carted.visit[row]], product, day)
        clicked = self.rng.random(len(row)) < chance
        row, column = row[clicked], column[clicked]
        return Views(
            carted.visit[row], product[clicked], carted.step[row] + 20 + 10 * column,
            np.full(len(row), pages.ACCESSORIES), column + 1,
        )  # fmt: skip

    def _check_out(self, visits: Visits, carted: Views, day: int) -> pd.DataFrame:
        """Take baskets to the till; return the lines of the orders, with the visit's index."""
        rng = self.rng
        first = np.unique(carted.visit * len(self.catalogue) + carted.product, return_index=True)[1]
        carted = carted.only(np.sort(first))
        is_pack = self.catalogue.is_replenishable[carted.product]
        quantity = 1 + np.where(is_pack, rng.poisson(0.45, len(is_pack)), rng.random(len(is_pack)) < 0.06)
        price = self.catalogue.prices[day, carted.product]
        number = visits.number[carted.visit]
        item = {"product": carted.product, "quantity": quantity, "price": price}
        self.events.add(
            number, carted.step + 3, pages.ADD_TO_CART, page=pages.FIRST_PRODUCT_PAGE + carted.product, **item
        )
        kept = rng.random(len(number)) < KEPT_IN_BASKET
        removed = {name: column[~kept] for name, column in item.items()}
        self.events.add(number[~kept], REMOVE_STEP, pages.REMOVE_FROM_CART, page=pages.BASKET, **removed)
        lines = pd.DataFrame({"visit": carted.visit, **item})[kept].sort_values(["visit", "product"])
        filled = np.unique(lines["visit"].to_numpy())
        category = self.people.device_category(visits.device[filled])
        draw = rng.random(len(filled))
        begins, ordering = filled[draw < BEGIN_CHECKOUT[category]], filled[draw < COMPLETION[category]]
        self.events.add(visits.number[begins], CHECKOUT_STEP, pages.PAGE_VIEW, page=pages.CHECKOUT)
        self.events.add(visits.number[begins], CHECKOUT_STEP + 1, pages.BEGIN_CHECKOUT, page=pages.CHECKOUT)
        lines = lines[lines["visit"].isin(ordering)].reset_index(drop=True)
        lines["order"] = self.order_count + np.searchsorted(ordering, lines["visit"])
        lines["line"] = lines.groupby("order").cumcount() + 1
        self.order_count += len(ordering)
        self.events.add(visits.number[ordering], ORDER_STEP, pages.PAGE_VIEW, page=pages.THANKS)
        self.events.add(
            visits.number[lines["visit"]], ORDER_STEP + lines["line"].to_numpy(), pages.PURCHASE, page=pages.THANKS,
            product=lines["product"].to_numpy(), quantity=lines["quantity"].to_numpy(),
            price=lines["price"].to_numpy(), order=lines["order"].to_numpy(),
        )  # fmt: skip
        return lines
