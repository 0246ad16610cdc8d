"""Measures of ranked lists, per customer; means and intervals are taken elsewhere.

All take ``hits``, a boolean array (n_customers, k) that says which places of a list the customer bought, best place
first, and ``truth_sizes``, an array (n_customers,) of how many products the customer bought at all, each at least 1.
Products that were never proposed are misses.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

Hits = NDArray[np.bool_]
Counts = NDArray[np.int64]
Values = NDArray[np.float64]


def discounts(k: int) -> Values:
    """Return the weight of each place, 1 / log2(place + 1): shape (k,)."""
    return 1.0 / np.log2(np.arange(2, k + 2, dtype=np.float64))


def ndcg(hits: Hits, truth_sizes: Counts) -> Values:
    """Return normalised discounted cumulative gain with binary gains (Järvelin and Kekäläinen 2002): 1 is ideal."""
    k = hits.shape[1]
    weights = discounts(k)
    ideal = np.concatenate([[0.0], np.cumsum(weights)])[np.minimum(truth_sizes, k)]
    return np.asarray((hits * weights).sum(axis=1) / ideal)


def recall(hits: Hits, truth_sizes: Counts) -> Values:
    """Return the share of what could be hit that was: the denominator is min(k, products bought)."""
    return np.asarray(hits.sum(axis=1) / np.minimum(truth_sizes, hits.shape[1]))


def hit_rate(hits: Hits, truth_sizes: Counts) -> Values:  # noqa: ARG001
    """Return 1 where any place was a hit."""
    return np.asarray(hits.any(axis=1), dtype=np.float64)


def mrr(hits: Hits, truth_sizes: Counts) -> Values:  # noqa: ARG001
    """Return 1 / the first hit's place; 0 without a hit."""
    return np.where(hits.any(axis=1), 1.0 / (hits.argmax(axis=1) + 1), 0.0)


METRICS: dict[str, Callable[[Hits, Counts], Values]] = {
    "ndcg": ndcg,
    "recall": recall,
    "hit_rate": hit_rate,
    "mrr": mrr,
}
