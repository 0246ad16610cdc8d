"""Where the products of a list come from: each tier gives catalogue positions with score and reason, best first."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from shelfwise.serving.lookups import POPULAR_IN_COUNTRY_REASON, Lookups, RankedLists
from shelfwise.serving.sessions import VIEWED, WITH_EARLIER, WITH_LATEST, NextProducts

# (catalogue position, score, reason)
Proposal = tuple[int, float, str]

SESSION_REASONS = {
    VIEWED: "You looked at this recently",
    WITH_EARLIER: "Often viewed together with what you looked at",
}
BY_SESSIONS_REASON = "Popular with shoppers who looked at the same"


@dataclass(frozen=True, slots=True)
class Tier:
    """A source of products; ``name`` is what an answer's `fallback` calls it."""

    name: str
    proposals: Iterable[Proposal]


def personal(lookups: Lookups, customer: int) -> Tier:
    """Return a customer's published list; ``customer`` is the position in `Lookups.customer_positions`."""
    return Tier("personal", _entries(lookups, lookups.recommendations, customer))


def in_session(lookups: Lookups, found: NextProducts) -> Tier:
    """Return what the session ranker foretells."""
    with_latest = f"Often viewed together with {lookups.products[found.latest].title}"
    reasons = {**SESSION_REASONS, WITH_LATEST: with_latest}
    return Tier(
        "session",
        (
            (product, score, reasons.get(reason, BY_SESSIONS_REASON))
            for product, score, reason in zip(found.products, found.scores, found.reasons, strict=True)
        ),
    )


def similar(lookups: Lookups, product: int) -> Tier:
    """Return what goes with a product."""
    return Tier("similar", _entries(lookups, lookups.similar, product))


def similar_to_all(lookups: Lookups, products: Sequence[int]) -> Tier:
    """Return what goes with several products, by the sum of scores; the reason is that of the largest part."""
    return Tier("similar", _merged(lookups, lookups.similar, products, with_title=False))


def bought_together(lookups: Lookups, products: Sequence[int]) -> Tier:
    """Return what is bought in the same orders as the products of a cart, by the sum of confidences."""
    return Tier("bought_together", _merged(lookups, lookups.bought_together, products, with_title=True))


def popular_in_country(lookups: Lookups, source: str | None, customer: int | None) -> Tier:
    """Return what is popular where a customer lives; nothing where that is not known."""
    country = None if customer is None else lookups.countries[customer]
    owner = None if source is None or country is None else lookups.country_positions.get((source, country))
    lists = lookups.popular_in_country
    return Tier(
        "popular_in_country",
        ()
        if owner is None
        else ((product, score, POPULAR_IN_COUNTRY_REASON) for product, score, _ in _entries(lookups, lists, owner)),
    )


def popular(lookups: Lookups, source: str | None) -> Tier:
    """Return what most customers of a source buy."""
    owner = None if source is None else lookups.popular_positions.get(source)
    return Tier("popular", () if owner is None else _entries(lookups, lookups.popular, owner))


def _entries(lookups: Lookups, lists: RankedLists, owner: int) -> Iterator[Proposal]:
    reasons = lookups.reasons
    return ((product, score, reasons[reason]) for product, score, reason in lists.rows(owner))


def _merged(lookups: Lookups, lists: RankedLists, products: Sequence[int], *, with_title: bool) -> Iterator[Proposal]:
    """Give the products of several lists by the sum of their scores; of equal sums the first one named."""
    sums: dict[int, float] = {}
    largest: dict[int, tuple[float, str]] = {}
    for owner in dict.fromkeys(products):
        for product, score, reason in _entries(lookups, lists, owner):
            sums[product] = sums.get(product, 0.0) + score
            if score > largest.get(product, (-1.0, ""))[0]:
                named = f"{reason} with {lookups.products[owner].title}" if with_title else reason
                largest[product] = (score, named)
    for product in sorted(sums, key=lambda product: -sums[product]):
        yield product, sums[product], largest[product][1]
