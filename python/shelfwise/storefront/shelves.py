"""Shelves of recommendations: the same lists that the API gives, asked for in the server."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from shelfwise.serving.asking import Visitor as ApiVisitor
from shelfwise.serving.context import Context
from shelfwise.serving.lookups import Lookups, Suggestion
from shelfwise.serving.planning import Placement
from shelfwise.serving.recommending import recommend
from shelfwise.serving.schemas import MOST_ITEMS, ListQuery
from shelfwise.storefront.visitor import Visitor

SHELF_LENGTH = 6
# What a visit is known by; older looks say little of what comes next.
STEPS_ASKED = 10


@dataclass(frozen=True)
class Shelf:
    """A titled list; ``recommendation_id`` goes back with its impressions, clicks and dismissals."""

    title: str
    placement: Placement
    recommendation_id: str
    suggestions: Sequence[Suggestion]


async def shelf(
    context: Context,
    lookups: Lookups,
    source: str,
    visitor: Visitor,
    placement: Placement,
    product_id: str | None = None,
) -> Shelf:
    """Return the shelf of a placement; on a product's page what goes with it, elsewhere what goes with the visit."""
    if placement == "cart":
        items = tuple(visitor.cart)
    else:
        items = (*visitor.viewed, product_id) if product_id else visitor.viewed
    left_out = (*visitor.cart, *visitor.dismissed)
    query = ListQuery(
        customer_id=visitor.customer_id,
        device_id=visitor.device_id,
        placement=placement,
        item_ids=",".join(items[-STEPS_ASKED:]) or None,
        cart_ids=",".join(left_out[-MOST_ITEMS:]) or None,
        n=SHELF_LENGTH,
        source=source,
    )
    served = await recommend(context, lookups, query, ApiVisitor(visitor.customer_id, visitor.device_id))
    return Shelf(_title(visitor, placement), placement, served.recommendation_id, served.suggestions)


def _title(visitor: Visitor, placement: Placement) -> str:
    if placement == "cart":
        return "Goes well with your basket"
    if placement == "product":
        return "You may also like"
    if visitor.viewed:
        return "Picked for you, from what you looked at"
    return "Picked for you" if visitor.customer_id else "Popular now"
