"""A call becomes a row of landing: source `web`, table `events` (models/staging/web/_web__sources.yml)."""

from __future__ import annotations

import uuid
from dataclasses import dataclass
from datetime import datetime
from hashlib import blake2b
from typing import Final

import msgspec

from shelfwise.collector.calls import METHODS, Call, Properties, products_as_sent
from shelfwise.collector.fields import (
    RejectedError,
    currency_code,
    identifier,
    moment,
    plain_text,
    price,
    search_term,
    whole_number,
)
from shelfwise.collector.page_address import kept_address

#: what the devices that we make up begin with; the gate knows them by it
SERVER_DEVICE: Final = "user-"

_NOTHING: Final = Properties()
_ABOUT_A_PRODUCT: Final = frozenset(
    (
        *("Product Viewed", "Product Clicked", "Product Added", "Product Removed"),
        *("Recommendation Clicked", "Recommendation Dismissed"),
    )
)
_ABOUT_PRODUCTS: Final = frozenset(("Order Completed",))


class LandingRow(msgspec.Struct, omit_defaults=True, gc=False):
    """An event as it lands, but for its provenance. Times are UTC; `price` is text, for JSON has no decimals."""

    message_id: str
    type: str
    occurred_at: datetime
    received_at: datetime
    anonymous_id: str
    event: str | None = None
    user_id: str | None = None
    product_id: str | None = None
    quantity: int | None = None
    price: str | None = None
    currency: str | None = None
    order_id: str | None = None
    query: str | None = None
    list_id: str | None = None
    position: int | None = None
    recommendation_id: str | None = None
    page_url: str | None = None
    user_agent: str | None = None
    products: str | None = None
    namespace: str | None = None


@dataclass(frozen=True)
class Receipt:
    """What is known of a request beside its events.

    `user_agent` is of its header, `sent_at` (UTC) of its batch; `namespace` None is the default shop.
    """

    received_at: datetime
    namespace: str | None
    user_agent: str | None
    sent_at: datetime | None = None


def landing_row(call: Call, receipt: Receipt, method: str | None, message_id: str | None = None) -> LandingRow:
    """Return the row of a call.

    `method` is what the path says, None in a batch; `message_id` is given to a call that has none of its own, None
    for a new one. Raises RejectedError for a call that would be of no use.
    """
    kind = method or call.type
    if kind not in METHODS:
        raise RejectedError("unknown_method", f"type is none of {', '.join(METHODS)}")
    user = identifier(call.user_id, "userId")
    device = identifier(call.anonymous_id, "anonymousId")
    user_agent = receipt.user_agent
    if device is None:
        if user is None:
            raise RejectedError("no_visitor", "neither anonymousId nor userId says whose event it is")
        # the header is the server's: its name would have the customer counted as a script
        device, user_agent = device_of_server(user), None
    name = identifier(call.event, "event") if kind == "track" else None
    if kind == "track" and name is None:
        raise RejectedError("no_event", "track has no event: say what happened, such as `Product Viewed`")
    properties = call.properties or _NOTHING
    context = call.context
    page_url = context.page.url if context and context.page else None
    row = LandingRow(
        message_id=identifier(call.message_id, "messageId") or message_id or str(uuid.uuid4()),
        type=kind,
        occurred_at=occurred_at(call, receipt),
        received_at=receipt.received_at,
        anonymous_id=device,
        event=name,
        user_id=user,
        product_id=identifier(properties.product_id, "properties.product_id"),
        quantity=whole_number(properties.quantity, "properties.quantity"),
        price=price(properties.price, "properties.price"),
        currency=currency_code(properties.currency),
        order_id=identifier(properties.order_id, "properties.order_id"),
        query=search_term(properties.query),
        list_id=identifier(properties.list_id, "properties.list_id"),
        position=whole_number(properties.position, "properties.position"),
        recommendation_id=identifier(properties.recommendation_id, "properties.recommendation_id"),
        page_url=kept_address(page_url or properties.url),
        user_agent=plain_text((context and context.user_agent) or user_agent),
        products=products_as_sent(properties.products),
        namespace=receipt.namespace,
    )
    if row.product_id is None and (name in _ABOUT_A_PRODUCT or (name in _ABOUT_PRODUCTS and row.products is None)):
        where = "properties.products" if name in _ABOUT_PRODUCTS else "properties.product_id"
        raise RejectedError("no_product", f"{name} does not say which product: send {where}")
    return row


def device_of_server(user_id: str) -> str:
    """Return the device of a call that a server made for a customer.

    No device was there, but sessions want one; so a customer's calls by servers belong together, and to nobody
    else's. It is a hash, for facts are not to hold a customer's id.
    """
    return f"{SERVER_DEVICE}{blake2b(user_id.encode(), digest_size=16).hexdigest()}"


def occurred_at(call: Call, receipt: Receipt) -> datetime:
    """Return when a call was made, by the collector's clock.

    A device's clock may be wrong by years, but not by much between making a call and sending it: what lies between
    the two, both by its clock, is taken off the time of receipt. Without a time of sending its clock is believed.
    Raises RejectedError for a time that is none.
    """
    made = moment(call.original_timestamp, "originalTimestamp") or moment(call.timestamp, "timestamp")
    sent = moment(call.sent_at, "sentAt") or receipt.sent_at
    if made is None:
        return receipt.received_at
    if sent is None:
        return made
    try:
        return receipt.received_at - (sent - made)
    except OverflowError:
        raise RejectedError("bad_time", "timestamp and sentAt are thousands of years apart") from None
