"""Neighbours of neighbours: products that no session saw together, but that stand near the same third ones."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp

from shelfwise.recommender.sparse_rows import best_of_each_row, rows_of
from shelfwise.scoring.index import SessionIndex

# Of a product, so many neighbours lead on, and so many of theirs are kept.
NEIGHBOURS_FOLLOWED = 30
KEPT = 60
# Bounds memory: a product has up to 30 times 30 neighbours of neighbours.
PRODUCTS_AT_ONCE = 4_000
DIGITS = 9  # the last bits of a sum do not matter


def with_second_order(index: SessionIndex) -> SessionIndex:
    """Return the index with each product's best neighbours of neighbours, its own neighbours among them.

    The weight is that of a walk of two steps from a product to a neighbour, each as likely as its recent weight; what
    is a neighbour of many leads to anything, and counts less by the root of their number.
    """
    n = index.n_products
    weights = sp.csr_matrix(
        (index.pair_weights["recent_symmetric_weight"].astype(np.float64), index.pair_products, index.pair_starts),
        shape=(n, n),
    )
    steps = best_of_each_row(weights, NEIGHBOURS_FOLLOWED)
    totals = np.asarray(steps.sum(axis=1)).ravel()
    steps = sp.csr_matrix(sp.diags(1.0 / np.maximum(totals, 1e-9)) @ steps)
    followed_by = np.bincount(steps.indices, minlength=n)
    damped = sp.csr_matrix(steps @ sp.diags(1.0 / np.sqrt(np.maximum(followed_by, 1))))
    parts = [_walks(damped, steps, first) for first in range(0, n, PRODUCTS_AT_ONCE)]
    walks = sp.csr_matrix(sp.vstack(parts)) if parts else weights
    return replace(
        index,
        second_order_starts=walks.indptr.astype(np.int64),
        second_order_products=walks.indices.astype(np.int32),
        second_order_weights=walks.data.astype(np.float32),
    )


def _walks(damped: sp.csr_matrix, steps: sp.csr_matrix, first: int) -> sp.csr_matrix:
    """Return the weights of walks from some products, (n_rows, n_products); none leads back to where it began."""
    walks = sp.csr_matrix(damped[first : first + PRODUCTS_AT_ONCE] @ steps)
    walks.sort_indices()
    walks.data = np.round(walks.data, DIGITS)
    walks.data[walks.indices == rows_of(walks) + first] = 0.0
    return best_of_each_row(walks, KEPT)
