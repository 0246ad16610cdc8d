"""A visitor's list, from what is asked to what is shown: the one way, for the API as for pages."""

from __future__ import annotations

from collections.abc import Sequence
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
class Recommended:
    """A list with what its answer says of it: fields as in `schemas.RecommendationsAnswer`."""

    recommendation_id: str
    variant: str | None
    fallback: str | None
    suggestions: Sequence[Suggestion]


async def recommend(context: Context, lookups: Lookups, query: ListQuery, visitor: Visitor) -> Recommended:
    """Return the list for a visitor, who may ask for it (`asking.visitor_of`), and count it.

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
    return Recommended(new_recommendation_id(), variant, filled.fallback, filled.suggestions)
