"""One list for one visitor: the same for the API's routes and for the demo shop's shelves."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime

from shelfwise.serving.answers import new_recommendation_id
from shelfwise.serving.asking import Visitor, asked_of
from shelfwise.serving.context import Context
from shelfwise.serving.experiments import assign
from shelfwise.serving.filling import fill
from shelfwise.serving.lookups import Lookups, Suggestion
from shelfwise.serving.planning import plan, session_of
from shelfwise.serving.schemas import ListQuery


@dataclass(frozen=True, slots=True)
class ServedList:
    """A list with the id that its impressions and clicks come back with."""

    recommendation_id: str
    variant: str | None
    fallback: str | None
    suggestions: list[Suggestion]


async def serve_list(context: Context, lookups: Lookups, query: ListQuery, visitor: Visitor) -> ServedList:
    """Return what to show a visitor, and count it.

    Raises ProblemError (422) when an id's shop is not clear or there are too many items.
    """
    today = datetime.now(UTC).date()
    seen = assign(lookups.experiments, query.placement, visitor.customer_id, visitor.device_id, today)
    asked = asked_of(lookups, query, visitor, seen.arm.strategy if seen else "trained")
    session = session_of(lookups, asked)
    found = await context.batches.next_products(*session) if session else None
    planned = plan(lookups, asked, found)
    filled = fill(lookups, planned.tiers, planned.intended, planned.limits, query.n)
    variant = seen.variant if seen else None
    context.metrics.count_list(query.placement, filled.fallback, variant)
    return ServedList(new_recommendation_id(), variant, filled.fallback, filled.suggestions)
