"""Which tiers answer a request: by placement, by what is known of the visitor, and by the arm of an experiment."""

from __future__ import annotations

from collections.abc import Sequence, Set
from dataclasses import dataclass, field
from typing import Literal

from shelfwise.serving import tiers
from shelfwise.serving.filling import Limits
from shelfwise.serving.lookups import Lookups
from shelfwise.serving.sessions import NextProducts, ShopSessions
from shelfwise.serving.tiers import Tier

Placement = Literal["home", "product", "cart", "search"]


@dataclass(frozen=True, slots=True)
class Asked:
    """A request that has been understood: ids are complete, products are catalogue positions of one shop.

    ``items`` are those that the catalogue knows, the oldest first; ``customer`` is a position or None; ``source`` is
    whose popular products fill up; ``dismissed`` is what the visitor waved away.
    """

    placement: Placement
    items: Sequence[int]
    cart: Sequence[int]
    customer: int | None
    namespace: str | None
    source: str | None
    dismissed: Set[int] = frozenset()
    strategy: str = "trained"


@dataclass(frozen=True, slots=True)
class Plan:
    """The tiers of an answer, the first ``intended`` of them as asked for, and what may not be shown."""

    tiers: Sequence[Tier]
    intended: int
    limits: Limits = field(default_factory=Limits)


def session_of(lookups: Lookups, asked: Asked) -> tuple[ShopSessions, list[int]] | None:
    """Return the index and the steps to ask it about; None where this request's answer needs no session."""
    if asked.strategy != "trained" or not asked.items or asked.namespace is None or asked.placement == "search":
        return None
    if asked.placement == "product" and len(asked.items) == 1:
        return None
    shop = lookups.sessions.get(asked.namespace)
    steps = shop.steps_of(asked.items) if shop else []
    return (shop, steps) if shop and steps else None


def plan(lookups: Lookups, asked: Asked, found: NextProducts | None) -> Plan:
    """Return the tiers of a request; ``found`` is what the session index says, None where it was not asked."""
    wanted = _wanted(lookups, asked, found)
    rest = [] if asked.strategy == "popular" else _rest(lookups, asked, found)
    popular = [tiers.popular_in_country(lookups, asked.source, asked.customer), tiers.popular(lookups, asked.source)]
    of_popular = asked.strategy == "popular"
    return Plan([*wanted, *rest, *popular], len(popular) if of_popular else len(wanted), limits(lookups, asked))


def limits(lookups: Lookups, asked: Asked) -> Limits:
    """Return what may not be shown.

    Viewed products may come again on the home page alone; what goes with a product is of its category, so there the
    cap does not hold.
    """
    left_out = {*asked.cart, *asked.dismissed}
    if asked.placement != "home":
        left_out.update(asked.items)
    if asked.customer is not None:
        left_out.update(lookups.withheld.of(asked.customer))
    is_similar = asked.placement == "product" and len(asked.items) == 1
    return Limits(left_out, None if is_similar else lookups.rules.category_cap)


def _wanted(lookups: Lookups, asked: Asked, found: NextProducts | None) -> list[Tier]:
    """Return the tiers that a request is about."""
    if asked.strategy == "popular":
        return []
    if asked.strategy == "similar":
        return [tiers.similar(lookups, asked.items[-1])] if asked.items else []
    if not asked.items:
        return [tiers.personal(lookups, asked.customer)] if asked.customer is not None else []
    if asked.placement == "cart":
        return [tiers.bought_together(lookups, asked.items)]
    if asked.placement == "search":
        return [tiers.similar_to_all(lookups, asked.items)]
    if asked.placement == "product" and len(asked.items) == 1:
        return [tiers.similar(lookups, asked.items[-1])]
    return [tiers.in_session(lookups, found)] if found else []


def _rest(lookups: Lookups, asked: Asked, found: NextProducts | None) -> list[Tier]:
    """Return what fills up before what is popular; a tier that was wanted already adds nothing new."""
    rest = [tiers.in_session(lookups, found)] if found and asked.placement == "cart" else []
    if asked.items:
        rest.append(tiers.similar(lookups, asked.items[-1]))
        if asked.customer is not None:
            rest.append(tiers.personal(lookups, asked.customer))
    return rest
