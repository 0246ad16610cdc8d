"""A day of visits: who comes, what they are shown, look at, put into the basket and order.

Within a visit every event has a `step`, which orders it; `shelfwise.sample_shop.simulation` turns steps into times.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from shelfwise.sample_shop import pages
from shelfwise.sample_shop.catalogue import Catalogue, Ints
from shelfwise.sample_shop.customers import People, choose_device
from shelfwise.sample_shop.events import EventLog
from shelfwise.sample_shop.parameters import ShopParameters
from shelfwise.sample_shop.preferences import COMPLETION, KEPT_IN_BASKET, Preferences
from shelfwise.sample_shop.rhythm import season_on, seconds_of_day, traffic_on
from shelfwise.sample_shop.shelves import BEST_SELLERS, FIRST_SEARCH, PAGE_SIZE, Shelves, search_shelf
from shelfwise.sample_shop.vocabulary import LEAVES

LIST_STEP = 10_000
REMOVE_STEP = 800_000
CHECKOUT_STEP = 900_000
ORDER_STEP = 950_000
NEVER = 2_000_000
BOUNCE_SHARE = 0.33
BEGIN_CHECKOUT_SHARE = 0.82


@dataclass(frozen=True)
class Visits:
    """The visits of a day by index; `number` is unique in the whole period. All of shape (visits,)."""

    number: Ints
    person: Ints
    device: Ints
    second: Ints
    login_step: Ints
    bounces: NDArray[np.bool_]


@dataclass(frozen=True)
class Views:
    """Product pages opened: the visit's index, the product, the step, and the list it was chosen from."""

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
        visits = self._draw_visits(day)
        visits = replace(visits, login_step=self._draw_logins(visits, day))
        views = Views.together(self._browse(visits, day), self._buy_again(visits, day))
        carted = self._look_and_cart(visits, views, day)
        accessories = self._show_accessories(visits, carted, day)
        carted = Views.together(carted, self._look_and_cart(visits, accessories, day))
        lines = self._check_out(visits, carted, day)
        people = visits.person[lines["visit"].to_numpy()]
        self.preferences.wants.record_purchases(
            people, lines["product"].to_numpy(), lines["quantity"].to_numpy(), day, self.rng
        )
        lines["visit"] = visits.number[lines["visit"].to_numpy()]
        columns = {name: column for name, column in vars(visits).items() if name != "bounces"}
        return pd.DataFrame({**columns, "day": day}), lines

    def _draw_visits(self, day: int) -> Visits:
        people, rng = self.people, self.rng
        when = self.parameters.date_of(day)
        is_active = (people.active_from <= day) & (day <= people.active_until)
        rate = people.visit_rate * is_active * traffic_on(when, day)
        waiting, _ = self.preferences.wants.due(day)
        boost = np.ones(len(people))
        boost[waiting] = 2.0
        person = np.repeat(np.arange(len(people)), rng.poisson(rate * boost))
        second = seconds_of_day(when, len(person), rng)
        order = np.lexsort((person, second))
        number = self.visit_count + np.arange(len(person))
        self.visit_count += len(person)
        return Visits(
            number=number,
            person=person[order],
            device=choose_device(people, person[order], rng),
            second=second[order],
            login_step=np.full(len(person), NEVER),
            bounces=rng.random(len(person)) < BOUNCE_SHARE,
        )

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

    def _browse(self, visits: Visits, day: int) -> Views:
        """Show lists to those who stay, and return what they clicked."""
        rng, count = self.rng, len(visits.person)
        lists = np.where(visits.bounces, 0, np.minimum(rng.geometric(0.62, count), 5))
        visit = np.repeat(np.arange(count), lists)
        number = np.arange(len(visit)) - np.repeat(np.cumsum(lists) - lists, lists)
        shelf = self._choose_shelf(visits.person[visit], number, day)
        page = np.where((rng.random(len(visit)) < 0.15) & (shelf < BEST_SELLERS), 1, 0)
        step = (number + 1) * LIST_STEP
        lands_on_list = rng.random(count) < 0.45
        first = np.full(count, pages.HOME)
        first[visit[number == 0]] = np.where(
            lands_on_list[visit[number == 0]], shelf[number == 0] + pages.FIRST_SHELF_PAGE, pages.HOME
        )
        self.events.add(visits.number, 0, pages.PAGE_VIEW, page=first)
        searched = shelf >= FIRST_SEARCH
        term = shelf[searched] - FIRST_SEARCH
        shelf_page = shelf + pages.FIRST_SHELF_PAGE
        self.events.add(
            visits.number[visit][searched], step[searched], pages.SEARCH, search=term, page=shelf_page[searched]
        )
        opened = ~((number == 0) & lands_on_list[visit])
        self.events.add(visits.number[visit][opened], step[opened] + 1, pages.PAGE_VIEW, page=shelf_page[opened])
        self.events.add(
            visits.number[visit],
            step + 2,
            pages.VIEW_ITEM_LIST,
            list_number=shelf,
            page=shelf_page,
            search=np.where(searched, shelf - FIRST_SEARCH, -1),
        )
        return self._click(visits, visit, shelf, page, step, day)

    def _choose_shelf(self, person: Ints, number: Ints, day: int) -> Ints:
        """Draw each list by the person's leaf weights, the season and wants; some search, some see the best."""
        rng = self.rng
        season = season_on(self.parameters.date_of(day))
        noise = rng.gumbel(size=(len(person), len(LEAVES)))
        leaf = np.argmax(self.people.leaf_weights[person] + season + noise, axis=1)
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
        return np.where(draw < 0.22, searched, np.where((draw > 0.8) & (number == 0), BEST_SELLERS, leaf))

    def _click(self, visits: Visits, visit: Ints, shelf: Ints, page: Ints, step: Ints, day: int) -> Views:
        """Let each visitor notice products from the top of the list down, and click by their true probability."""
        rank = np.arange(PAGE_SIZE)
        listed = self.shelves.on(day)[shelf[:, None], page[:, None] * PAGE_SIZE + rank]
        row, column = np.nonzero(listed >= 0)
        product = listed[row, column]
        noticed = self.rng.random(len(row)) < 1 / (1 + 0.07 * column)
        row, column, product = row[noticed], column[noticed], product[noticed]
        probability = self.preferences.click_probability(visits.person[visit[row]], product, day)
        clicked = self.rng.random(len(row)) < probability
        row, column = row[clicked], column[clicked]
        position = page[row] * PAGE_SIZE + column + 1
        return Views(visit[row], product[clicked], step[row] + 100 * position, shelf[row], position)

    def _buy_again(self, visits: Visits, day: int) -> Views:
        """Send those whose supplies run out to what they bought before."""
        person, product = self.preferences.wants.due(day)
        due = pd.DataFrame({"person": person, "product": product})
        due["position"] = due.groupby("person").cumcount() + 1
        comes = (self.rng.random(len(visits.person)) < 0.7) & ~visits.bounces
        coming = pd.DataFrame({"visit": np.flatnonzero(comes), "person": visits.person[comes]})
        found = coming.merge(due[due["position"] <= 4], on="person", how="inner").sort_values(["visit", "position"])
        visit, product = found["visit"].to_numpy(), found["product"].to_numpy()
        position = found["position"].to_numpy()
        first = visits.number[np.unique(visit)]
        self.events.add(first, 5_000, pages.PAGE_VIEW, page=pages.PAST_ORDERS)
        self.events.add(first, 5_001, pages.VIEW_ITEM_LIST, list_number=pages.BUY_AGAIN, page=pages.PAST_ORDERS)
        return Views(visit, product, 5_000 + 100 * position, np.full(len(visit), pages.BUY_AGAIN), position)

    def _look_and_cart(self, visits: Visits, views: Views, day: int) -> Views:
        """Open the product pages, and return those whose product went into the basket."""
        number, product = visits.number[views.visit], views.product
        price = self.catalogue.prices[day, product]
        page = pages.FIRST_PRODUCT_PAGE + product
        self.events.add(
            number, views.step, pages.SELECT_ITEM,
            product=product, list_number=views.list_number, position=views.position, price=price,
            page=pages.page_of_list(views.list_number),
        )  # fmt: skip
        self.events.add(number, views.step + 1, pages.PAGE_VIEW, page=page)
        self.events.add(number, views.step + 2, pages.VIEW_ITEM, product=product, price=price, page=page)
        chance = self.preferences.cart_probability(visits.person[views.visit], product, day)
        return views.only(self.rng.random(len(product)) < chance)

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
        begins = filled[rng.random(len(filled)) < BEGIN_CHECKOUT_SHARE]
        self.events.add(visits.number[begins], CHECKOUT_STEP, pages.PAGE_VIEW, page=pages.CHECKOUT)
        self.events.add(visits.number[begins], CHECKOUT_STEP + 1, pages.BEGIN_CHECKOUT, page=pages.CHECKOUT)
        completion = COMPLETION[self.people.device_category(visits.device[begins])] / BEGIN_CHECKOUT_SHARE
        ordering = begins[rng.random(len(begins)) < completion]
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
