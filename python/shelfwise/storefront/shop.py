"""What every page of the shop needs: the catalogue of the published version, the visitor, and a way to answer."""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import UTC, datetime
from functools import cached_property
from http import HTTPStatus
from typing import Any
from urllib.parse import quote, unquote

from fastapi import Request
from fastapi.concurrency import run_in_threadpool
from fastapi.responses import HTMLResponse, RedirectResponse, Response
from jinja2 import Environment

from shelfwise.serving.access import is_signed, sign_customer
from shelfwise.serving.context import Context
from shelfwise.serving.lookups import Lookups, Product
from shelfwise.serving.planning import Placement
from shelfwise.serving.readiness import why_not_ready
from shelfwise.settings import Settings
from shelfwise.storefront import orders
from shelfwise.storefront.catalogue import Catalogue
from shelfwise.storefront.shelves import Shelf, shelf
from shelfwise.storefront.visitor import CART_COOKIE, CUSTOMER_COOKIE, Visitor, visitor_from
from shelfwise.web.problems import ProblemError

COOKIE_SECONDS = 180 * 86_400
SIGNED_IN_SECONDS = 7 * 86_400
ORDER_COOKIE = "last_order"
# Popular products that stand first in a category.
POPULAR_FIRST = 50

Event = tuple[str, Mapping[str, Any]]


@dataclass
class Shop:
    """The demo shop over what the API serves of a source.

    ``write_key`` is the collector's key for its pages; orders of the sample shop land by ``settings``.
    """

    context: Context
    templates: Environment
    source: str
    write_key: str
    secret: str
    settings: Settings
    _catalogue: tuple[Lookups, Catalogue] | None = None

    async def open(self, request: Request) -> ShopPage:
        """Return a page for a request. Raises ProblemError (503) while no version is published."""
        lookups = self.context.store.lookups
        if lookups is None:
            detail, remedy = why_not_ready(self.context.store)
            raise ProblemError(HTTPStatus.SERVICE_UNAVAILABLE, detail, remedy, headers={"Retry-After": "2"})
        if self.source not in lookups.namespaces:
            raise ProblemError(
                HTTPStatus.NOT_FOUND,
                f"{self.source} is not published, so its demo shop is empty",
                f"Start the server with SHELFWISE_DEMO_SHOP set to one of: {', '.join(sorted(lookups.namespaces))}.",
            )
        if self._catalogue is None or self._catalogue[0] is not lookups:
            self._catalogue = (lookups, await run_in_threadpool(catalogue_of, lookups, self.source))
        catalogue = self._catalogue[1]
        customer = signed_customer(self.secret, request.cookies.get(CUSTOMER_COOKIE, ""))
        return ShopPage(self, lookups, catalogue, visitor_from(request.cookies, catalogue, customer), request)


@dataclass
class ShopPage:
    """An answer in the making: routes change its ``visitor``, whom the answer's cookies then tell of."""

    shop: Shop
    lookups: Lookups
    catalogue: Catalogue
    visitor: Visitor
    request: Request
    cookies: dict[str, str] = field(default_factory=dict)

    async def shelf(self, placement: Placement, product_id: str | None = None) -> Shelf:
        """Return a shelf of recommendations for the visitor."""
        return await shelf(self.shop.context, self.lookups, self.shop.source, self.visitor, placement, product_id)

    def show(
        self, template: str, events: Sequence[Event] = (), status: HTTPStatus = HTTPStatus.OK, **values: Any
    ) -> Response:
        """Return a page; the tracker sends the events once it is shown."""
        page = self.shop.templates.get_template(template).render(
            {
                "page": self,
                "visitor": self.visitor,
                "catalogue": self.catalogue,
                "write_key": self.shop.write_key,
                "here": self.request.url.path + (f"?{self.request.url.query}" if self.request.url.query else ""),
                "events": [{"event": name, "properties": properties} for name, properties in events],
                **values,
            }
        )
        # With no referrer at all a browser does not say that a form is of this site.
        return self._remembered(HTMLResponse(page, status, {"Referrer-Policy": "same-origin"}))

    def lead_to(self, path: str) -> Response:
        """Return a redirect to a page of the shop."""
        return self._remembered(RedirectResponse(path, HTTPStatus.SEE_OTHER))

    def back(self, path: str) -> str:
        """Return the page that a form names as the one to go back to; the first page for any other address."""
        return path if path.startswith("/shop/") and "\\" not in path else "/shop/"

    def facts(self, product: Product, units: int = 1) -> dict[str, Any]:
        """Return what events say of a product."""
        return {
            "product_id": source_id(product.product_id),
            "name": product.title,
            "category": product.category_path,
            "price": product.price,
            "currency": product.currency,
            "quantity": units,
        }

    def cart_lines(self) -> list[tuple[Product, int]]:
        """Return products and units of the cart."""
        return [(self.catalogue.by_id[product_id], units) for product_id, units in self.visitor.cart.items()]

    def lines_told(self) -> list[dict[str, Any]]:
        """Return the cart as events tell it."""
        return [self.facts(product, units) for product, units in self.cart_lines()]

    def currency(self) -> str | None:
        """Return the currency of the cart's prices."""
        return next((product.currency for product, _ in self.cart_lines() if product.currency), None)

    @cached_property
    def example_customers(self) -> list[str]:
        """A few customers of the shop to sign in as."""
        namespace = self.lookups.namespaces[self.shop.source]
        return [one for one in self.lookups.example_customers if one.startswith(f"{namespace}:")]

    def sign_in(self, customer_id: str) -> None:
        """Sign in as a customer of the shop, by namespaced id or the shop's own; nobody when there is none such."""
        namespace = self.lookups.namespaces[self.shop.source]
        full = customer_id if customer_id.startswith(f"{namespace}:") else f"{namespace}:{customer_id.strip()}"
        if full in self.lookups.customer_positions:
            token = sign_customer(self.shop.secret, full, int(time.time()) + SIGNED_IN_SECONDS)
            self.cookies[CUSTOMER_COOKIE] = f"{quote(full, safe='')}!{token}"

    def sign_out(self) -> None:
        """Forget who has signed in."""
        self.cookies[CUSTOMER_COOKIE] = ""

    def place_order(self, order_id: str) -> None:
        """Turn the cart into an order, which the next page tells of.

        The sample shop has a database, of which this is the end that writes; other shops have their own, and here
        only the event tells of the order. Raises ProblemError (503) when the order cannot be kept.
        """
        if self.shop.source == orders.SOURCE:
            customer_id = self.visitor.customer_id
            try:
                orders.land_order(
                    self.shop.settings,
                    order_id,
                    device_id=self.visitor.device_id,
                    customer_id=source_id(customer_id) if customer_id else None,
                    country=self.country(),
                    lines=self.lines_told(),
                    ordered_at=datetime.now(UTC).replace(tzinfo=None),
                )
            except OSError as error:
                raise ProblemError(
                    HTTPStatus.SERVICE_UNAVAILABLE,
                    f"the order cannot be kept: {error.strerror}",
                    "Make room on the server's disk, and place it again: the basket is as it was.",
                ) from error
        self.cookies[ORDER_COOKIE] = f"{order_id}|{self.visitor.cookies()[CART_COOKIE]}"
        self.visitor = replace(self.visitor, cart={})

    def country(self) -> str:
        """Return where the order goes: the customer's country, the shop's own for a guest."""
        position = self.lookups.customer_positions.get(self.visitor.customer_id or "")
        known = None if position is None else self.lookups.countries[position]
        return known or orders.SHOP_COUNTRY

    def placed_order(self) -> dict[str, Any] | None:
        """Return the order that was placed last, as events tell it."""
        order_id, _, lines = self.request.cookies.get(ORDER_COOKIE, "").partition("|")
        bought = visitor_from({CART_COOKIE: lines}, self.catalogue, None).cart
        if not (order_id.isalnum() and bought):
            return None
        products = [self.facts(self.catalogue.by_id[product_id], units) for product_id, units in bought.items()]
        return {
            "order_id": order_id,
            "currency": next((one["currency"] for one in products if one["currency"]), None),
            "products": products,
        }

    def _remembered(self, response: Response) -> Response:
        for name, value in {**self.visitor.cookies(), **self.cookies}.items():
            if self.request.cookies.get(name, "") == value:
                continue
            response.set_cookie(
                name,
                value,
                max_age=COOKIE_SECONDS if value else 0,
                samesite="lax",
                httponly=True,  # pages tell the tracker who the visitor is
                secure=self.request.url.scheme == "https",
            )
        return response


def catalogue_of(lookups: Lookups, source: str) -> Catalogue:
    """Return the catalogue of a source."""
    popular = [suggestion.product.product_id for suggestion in lookups.popular_in(source, POPULAR_FIRST)]
    return Catalogue((product for product in lookups.products if product.namespace == source), popular)


def signed_customer(secret: str, cookie: str) -> str | None:
    """Return who has signed in, by a cookie that this shop has signed; None for any other."""
    quoted, _, token = cookie.partition("!")
    customer_id = unquote(quoted)
    return customer_id if token and is_signed(secret.encode(), customer_id, token) else None


def source_id(product_id: str) -> str:
    """Return the shop's own id of a product: events carry that, and get the namespace of their key."""
    return product_id.partition(":")[2]
