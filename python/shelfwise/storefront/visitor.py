"""What the shop remembers of a visitor: in the visitor's own cookies, and nowhere else.

Cookies come from outside: what is not a product of the catalogue or not a number is left out.
"""

from __future__ import annotations

import re
import uuid
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from urllib.parse import quote, unquote

from shelfwise.storefront.catalogue import Catalogue

DEVICE_COOKIE = "shelfwise_device"
CUSTOMER_COOKIE = "shelfwise_customer"
VIEWED_COOKIE = "viewed"
CART_COOKIE = "cart"
DISMISSED_COOKIE = "not_for_me"

DEVICE_ID = re.compile(r"[0-9a-f-]{36}")
UNITS = re.compile(r"[1-9][0-9]{0,3}")
# Never part of a quoted id.
BETWEEN = "!"
# A cookie holds 4 kB; ids take up to some 20 characters.
MOST_VIEWED = 20
MOST_DISMISSED = 60
MOST_LINES = 40
MOST_UNITS = 99


@dataclass(frozen=True)
class Visitor:
    """A browser: its device id, who has signed in, products looked at (oldest first), units in the cart."""

    device_id: str
    customer_id: str | None = None
    viewed: tuple[str, ...] = ()
    cart: Mapping[str, int] = field(default_factory=dict)
    dismissed: tuple[str, ...] = ()

    def looking_at(self, product_id: str) -> Visitor:
        """Return the visitor after a look at a product."""
        return replace(self, viewed=_latest((*self.viewed, product_id), MOST_VIEWED))

    def dismissing(self, product_id: str) -> Visitor:
        """Return the visitor after "not for me"."""
        return replace(self, dismissed=_latest((*self.dismissed, product_id), MOST_DISMISSED))

    def with_units(self, product_id: str, units: int) -> Visitor:
        """Return the visitor with so many units of a product in the cart; 0 takes it out."""
        cart = {key: count for key, count in self.cart.items() if key != product_id}
        if units > 0 and len(cart) < MOST_LINES:
            cart[product_id] = min(units, MOST_UNITS)
        return replace(self, cart=cart)

    def cookies(self) -> dict[str, str]:
        """Return what the browser is to remember, but for who has signed in."""
        return {
            DEVICE_COOKIE: self.device_id,
            VIEWED_COOKIE: BETWEEN.join(map(_quoted, self.viewed)),
            DISMISSED_COOKIE: BETWEEN.join(map(_quoted, self.dismissed)),
            CART_COOKIE: BETWEEN.join(f"{_quoted(product_id)}*{units}" for product_id, units in self.cart.items()),
        }


def visitor_from(cookies: Mapping[str, str], catalogue: Catalogue, customer_id: str | None) -> Visitor:
    """Return the visitor whom cookies tell of; ``customer_id`` is who has signed in, found out by the caller."""
    device_id = cookies.get(DEVICE_COOKIE, "")
    return Visitor(
        device_id=device_id if DEVICE_ID.fullmatch(device_id) else str(uuid.uuid4()),
        customer_id=customer_id,
        viewed=_known(cookies.get(VIEWED_COOKIE, ""), catalogue)[-MOST_VIEWED:],
        cart=_cart(cookies.get(CART_COOKIE, ""), catalogue),
        dismissed=_known(cookies.get(DISMISSED_COOKIE, ""), catalogue)[-MOST_DISMISSED:],
    )


def _cart(cookie: str, catalogue: Catalogue) -> dict[str, int]:
    cart = {}
    for line in cookie.split(BETWEEN)[:MOST_LINES]:
        quoted, _, units = line.rpartition("*")
        product_id = unquote(quoted)
        if product_id in catalogue.by_id and UNITS.fullmatch(units):
            cart[product_id] = min(int(units), MOST_UNITS)
    return cart


def _known(cookie: str, catalogue: Catalogue) -> tuple[str, ...]:
    return tuple(product_id for product_id in map(unquote, cookie.split(BETWEEN)) if product_id in catalogue.by_id)


def _latest(product_ids: tuple[str, ...], most: int) -> tuple[str, ...]:
    """Return each product once, where it stands last; the latest ``most`` of them."""
    return tuple(reversed(dict.fromkeys(reversed(product_ids))))[-most:]


def _quoted(product_id: str) -> str:
    return quote(product_id, safe="")
