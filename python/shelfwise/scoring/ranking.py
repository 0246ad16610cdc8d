"""Ordering without chance: best score first, equal scores by product number."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

NOTHING = -1  # a place of a list for which there was no candidate


def top_of_scores(scores: NDArray[np.float64], k: int) -> NDArray[np.int64]:
    """Return the columns of the k best scores of each row, (n, k); places with a score of -inf are ``NOTHING``."""
    if k > scores.shape[1]:
        padding = np.full((scores.shape[0], k - scores.shape[1]), -np.inf)
        scores = np.hstack([scores, padding])
    order = np.argsort(-scores, axis=1, kind="stable")[:, :k]
    reached = np.take_along_axis(scores, order, axis=1) > -np.inf
    return np.where(reached, order, NOTHING).astype(np.int64)


def positions_in_groups(
    groups: NDArray[np.int64], products: NDArray[np.int64], scores: NDArray[np.float64]
) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Order rows by group, best score first, ties by product.

    Returns the order (indices of rows) and each ordered row's 0-based position in its group.
    """
    order = np.lexsort((products, -scores, groups))
    sorted_groups = groups[order]
    starts = np.r_[True, sorted_groups[1:] != sorted_groups[:-1]] if len(order) else np.zeros(0, dtype=np.bool_)
    first_rows = np.flatnonzero(starts)
    positions = np.arange(len(order)) - np.repeat(first_rows, np.diff(np.r_[first_rows, len(order)]))
    return order, positions.astype(np.int64)


def top_of_candidates(
    groups: NDArray[np.int64], products: NDArray[np.int64], scores: NDArray[np.float64], n_groups: int, k: int
) -> NDArray[np.int64]:
    """Return each group's k best products, (n_groups, k), padded with ``NOTHING``."""
    order, positions = positions_in_groups(groups, products, scores)
    kept = positions < k
    lists = np.full((n_groups, k), NOTHING, dtype=np.int64)
    lists[groups[order][kept], positions[kept]] = products[order][kept]
    return lists
