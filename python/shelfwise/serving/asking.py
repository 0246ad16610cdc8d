"""From the parameters of a request to products and customers of the version that answers it."""

from __future__ import annotations

from dataclasses import dataclass
from http import HTTPStatus

from shelfwise.serving.access import Access, Caller
from shelfwise.serving.identifiers import complete_id, namespace_of, source_for_popular
from shelfwise.serving.lookups import Lookups
from shelfwise.serving.planning import Asked
from shelfwise.serving.schemas import LONGEST_ID, MOST_ITEMS, ListQuery
from shelfwise.web.problems import ProblemError


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who asks: namespaced ids, known or not."""

    customer_id: str | None
    device_id: str | None


def visitor_of(lookups: Lookups, query: ListQuery, access: Access, caller: Caller) -> Visitor:
    """Return whom a request is about.

    Raises ProblemError: 403 when the caller may not ask about the customer, 422 when an id's shop is not clear.
    """
    customer_id = complete_id(lookups, query.customer_id, query.source) if query.customer_id else None
    if customer_id is not None:
        access.allow_customer(caller, customer_id, query.customer_token)
        if customer_id not in lookups.customer_positions:
            customer_id = access.known_as(customer_id)
    device_id = complete_id(lookups, query.device_id, query.source) if query.device_id else None
    return Visitor(customer_id, device_id)


def asked_of(lookups: Lookups, query: ListQuery, visitor: Visitor, strategy: str) -> Asked:
    """Return a request in terms of a version; products of other shops than the visitor's are left out.

    Raises ProblemError (422) when an id's shop is not clear or there are too many items.
    """
    items = products_of(lookups, "item_ids", query.item_ids, query.source)
    cart = products_of(lookups, "cart_ids", query.cart_ids, query.source)
    example = visitor.customer_id or (lookups.products[items[-1]].product_id if items else visitor.device_id)
    namespace = namespace_of(lookups, query.source) if query.source else shop_of(lookups, example)
    return Asked(
        placement=query.placement,
        items=of_shop(lookups, items, namespace),
        cart=of_shop(lookups, cart, namespace),
        customer=None if visitor.customer_id is None else lookups.customer_positions.get(visitor.customer_id),
        namespace=namespace,
        source=source_for_popular(lookups, example, query.source),
        dismissed=lookups.dismissed.by(visitor.customer_id, visitor.device_id),
        strategy=strategy,
    )


def products_of(lookups: Lookups, name: str, given: str | None, source: str | None) -> list[int]:
    """Return the products of a comma-separated list that the catalogue knows, in its order.

    Raises ProblemError (422) when there are too many, one is too long, or a product's shop is not clear.
    """
    ids = [part.strip() for part in (given or "").split(",") if part.strip()]
    if len(ids) > MOST_ITEMS or any(len(product_id) > LONGEST_ID for product_id in ids):
        raise ProblemError(
            HTTPStatus.UNPROCESSABLE_ENTITY,
            f"{name}: at most {MOST_ITEMS} ids of at most {LONGEST_ID} characters each",
            "Send the latest ones.",
        )
    positions = (lookups.product_positions.get(complete_id(lookups, product_id, source)) for product_id in ids)
    return [position for position in positions if position is not None]


def shop_of(lookups: Lookups, example: str | None) -> str | None:
    """Return the shop of an id, else the only one that is published."""
    if example is not None:
        return example.partition(":")[0]
    return next(iter(lookups.shops)) if len(lookups.shops) == 1 else None


def of_shop(lookups: Lookups, products: list[int], namespace: str | None) -> list[int]:
    """Return the products of a shop."""
    if len(lookups.shops) <= 1:
        return products
    return [product for product in products if lookups.products[product].product_id.partition(":")[0] == namespace]
