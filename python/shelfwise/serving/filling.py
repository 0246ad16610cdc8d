"""Filling a list from tiers, under the business rules that hold at answer time."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence, Set
from dataclasses import dataclass
from typing import Literal

from shelfwise.serving.lookups import Lookups, Suggestion
from shelfwise.serving.tiers import Tier

# Tiers that may have to do for what was asked for; `none`: nothing could.
Fallback = Literal["session", "similar", "personal", "popular_in_country", "popular", "none"]


@dataclass(frozen=True, slots=True)
class Limits:
    """What may not be in a list: products by catalogue position, and too many of a category."""

    left_out: Set[int] = frozenset()
    category_cap: int | None = None


@dataclass(frozen=True, slots=True)
class FilledList:
    """A list, and the tier that its first product is from where that is not the one asked for (`none`: it is empty)."""

    suggestions: list[Suggestion]
    fallback: str | None


def fill(lookups: Lookups, tiers: Sequence[Tier], intended: int, limits: Limits, n: int) -> FilledList:
    """Return up to ``n`` products of the tiers, in their order; the first ``intended`` tiers are no fallback.

    A product stands once, can be bought, is not left out, and its category is not there `category_cap` times already.
    """
    suggestions: list[Suggestion] = []
    taken: set[int] = set(limits.left_out)
    of_category: Counter[str] = Counter()
    first_from: int | None = None
    for number, tier in enumerate(tiers):
        if len(suggestions) == n:
            break
        for position, score, reason in tier.proposals:
            product = lookups.products[position]
            if position in taken or not product.is_offered:
                continue
            if limits.category_cap is not None and product.category is not None:
                if of_category[product.category] >= limits.category_cap:
                    continue
                of_category[product.category] += 1
            taken.add(position)
            suggestions.append(Suggestion(product, len(suggestions) + 1, score, reason))
            first_from = number if first_from is None else first_from
            if len(suggestions) == n:
                break
    if first_from is None:
        return FilledList(suggestions, "none")
    return FilledList(suggestions, None if first_from < intended else tiers[first_from].name)
