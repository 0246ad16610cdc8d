"""A visit through the pages: what a shopper's choices ask of the website, and what the pages tell it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

import numpy as np

from bench.loop.shopper import Shopper
from bench.loop.website import Event, Website, message
from shelfwise.sample_shop import pages
from shelfwise.sample_shop.catalogue import Catalogue, Ints
from shelfwise.sample_shop.visits import LANDS_ON_HOME, LANDS_ON_SHELF
from shelfwise.settings import Settings
from shelfwise.storefront.orders import land_order

SHELF_LENGTH = 6
# What a visit is known by, as the demo shop asks.
STEPS_ASKED = 10
# Of a page's messages: sent again, as after an answer that got lost.
SENT_TWICE = 0.02


@dataclass(frozen=True)
class Line:
    """A line of an order, of a product's index."""

    product: int
    units: int


@dataclass(frozen=True)
class Shop:
    """What all pages share: the catalogue, the lists of categories, addresses, and where orders land."""

    catalogue: Catalogue
    listed: Ints
    addresses: Sequence[str]
    day: int
    settings: Settings
    places: dict[str, int]

    def price(self, product: int) -> float:
        """Return a product's price; the simulator counts in pence."""
        return float(self.catalogue.prices[min(self.day, len(self.catalogue.prices) - 1), product]) / 100


@dataclass
class Browsing:
    """One visit. `customer_id` is the shop's own id of who is logged in, `device_id` likewise without a namespace."""

    shop: Shop
    website: Website
    shopper: Shopper
    device_id: str
    customer_id: str | None
    user_agent: str
    country: str
    now: datetime
    viewed: list[int] = field(default_factory=list)
    cart: dict[int, int] = field(default_factory=dict)
    bought: list[Line] = field(default_factory=list)
    _page: int = pages.HOME
    _events: list[Event] = field(default_factory=list)

    def walk(self) -> None:
        """Go through the shop and leave it; `bought` has what was ordered."""
        landing = self.shopper.visit.landing
        if landing == LANDS_ON_HOME:
            self.see_home()
        elif landing == LANDS_ON_SHELF:
            self.see_category()
        else:
            self.see_product(self.shopper.led_to(self.shop.listed))
        for _ in range(self.shopper.lists_opened()):
            self.see_category()
            if self.shopper.goes_home():
                self.see_home()
        if self.cart:
            self.go_to_till()
        self.leave_page()

    def see_home(self) -> None:
        """Open the first page, whose shelf is of the experiment."""
        self.open(pages.HOME)
        items = ",".join(self.shop.catalogue.product_ids[product] for product in self.viewed[-STEPS_ASKED:])
        for product in self.see_shelf("home", items):
            self.see_product(product)

    def see_category(self) -> None:
        """Look through a category, as the shop has always shown it."""
        category = self.shopper.category()
        page = pages.FIRST_SHELF_PAGE + category
        self.open(page)
        self.tell("Product List Viewed", list_id=pages.list_ids()[category])
        listed = self.shop.listed[category]
        for place in self.shopper.clicks(listed[listed >= 0], in_category=True):
            self.pause()
            product = int(listed[place])
            self._page = page  # back from the product before
            self.tell(
                "Product Clicked",
                **self.named(product), list_id=pages.list_ids()[category], position=place + 1,
            )  # fmt: skip
            self.see_product(product)

    def see_product(self, product: int, *, is_last: bool = False) -> None:
        """Look at a product's page, and from its shelf at others; `is_last`: not at the shelf."""
        self.open(pages.FIRST_PRODUCT_PAGE + product)
        self.tell("Product Viewed", **self.named(product))
        self.viewed.append(product)
        if self.shopper.puts_into_cart(product) and product not in self.cart:
            self.pause()
            self.cart[product] = self.shopper.units(product)
            self.tell("Product Added", **self.named(product), quantity=self.cart[product])
        if is_last:
            return
        for other in self.see_shelf("product", self.shop.catalogue.product_ids[product]):
            self.see_product(other, is_last=True)

    def see_shelf(self, placement: str, items: str) -> list[int]:
        """Ask for a shelf, tell that it was seen and what was clicked in it, and return the products clicked."""
        cart = ",".join(self.shop.catalogue.product_ids[product] for product in self.cart)
        served = self.website.recommend(
            placement=placement, customer_id=self.customer_id, device_id=self.device_id, item_ids=items,
            cart_ids=cart, n=SHELF_LENGTH,
        )  # fmt: skip
        ids = [one["product_id"].partition(":")[2] for one in served["recommendations"]]
        products = np.array([self.shop.places[product_id] for product_id in ids], dtype=np.int64)
        if not len(products) or not self.shopper.sees_shelf():
            return []
        shelf = {"recommendation_id": served["recommendation_id"], "list_id": placement}
        listed = [{"product_id": product_id, "position": place} for place, product_id in enumerate(ids, 1)]
        self.pause(seconds=1 + self.shopper.reading_seconds() / 10)
        self.tell("Recommendation Viewed", **shelf, products=listed)
        clicked = self.shopper.clicks(products)
        for place in clicked:
            self.pause()
            self.tell("Recommendation Clicked", **shelf, product_id=ids[place], position=place + 1)
        return [int(products[place]) for place in clicked]

    def go_to_till(self) -> None:
        """Take the cart to the checkout; an order is told by the page and lands from the shop's database."""
        for product in [product for product in self.cart if not self.shopper.keeps()]:
            self.tell("Product Removed", **self.named(product), quantity=self.cart.pop(product))
        begins, orders = self.shopper.checks_out()
        if not self.cart or not begins:
            return
        self.open(pages.CHECKOUT)
        self.tell("Checkout Started")
        if not orders:
            return
        self.open(pages.THANKS)
        order_id = f"L{self.shopper.visit.number:08d}"
        lines = [{**self.named(product), "quantity": units} for product, units in self.cart.items()]
        self.tell("Order Completed", order_id=order_id, currency="GBP", products=lines)
        land_order(
            self.shop.settings, order_id, device_id=self.device_id, customer_id=self.customer_id,
            country=self.country, lines=lines, ordered_at=self.now,
        )  # fmt: skip
        self.bought = [Line(product, units) for product, units in self.cart.items()]

    def open(self, page: int) -> None:
        """Leave the page before, and open another."""
        self.leave_page()
        self.pause()
        self._page = page
        self._events.append(message("page", self.now, self.visitor()))

    def leave_page(self) -> None:
        """Send what the page has to tell."""
        if self._events:
            self.website.send(self._events, twice=bool(self.shopper.rng.random() < SENT_TWICE))
        self._events = []

    def tell(self, name: str, **properties: Any) -> None:
        """Note an event of the page."""
        self.now += timedelta(milliseconds=int(self.shopper.rng.integers(60, 600)))
        self._events.append(message("track", self.now, self.visitor(), name, **properties))

    def pause(self, seconds: float | None = None) -> None:
        """Let time go by: of reading, where nothing else is said."""
        self.now += timedelta(seconds=round(self.shopper.reading_seconds() if seconds is None else seconds, 3))

    def named(self, product: int) -> dict[str, Any]:
        """Return what events say of a product."""
        return {
            "product_id": self.shop.catalogue.product_ids[product],
            "price": self.shop.price(product),
            "currency": "GBP",
        }

    def visitor(self) -> dict[str, Any]:
        """Return what every message says of the visitor and the page."""
        page = {"url": self.shop.addresses[self._page]}
        known = {"userId": self.customer_id} if self.customer_id else {}
        return {"anonymousId": self.device_id, **known, "context": {"page": page, "userAgent": self.user_agent}}
