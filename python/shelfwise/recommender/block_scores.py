"""Scores of candidates by a model that scores every product: some customers at a time, so that memory is bounded."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray

from shelfwise.recommender.dataset import Examples, History

DIGITS = 5  # the last bits of a sum do not matter


def candidate_scores(
    examples: Examples,
    history: History,
    score: Callable[[NDArray[np.int64]], NDArray[np.floating]],
    columns_of: NDArray[np.int64],
    customers_at_once: int,
) -> NDArray[np.float32]:
    """Return the score of each candidate, (n_rows,) float32 and rounded; NaN for customers without purchases.

    ``score`` gives (n, n_scored) scores for rows of the history; ``columns_of`` (n_products,) says in which of its
    columns a product stands, -1 for a product that is not scored and gets NaN as well.
    """
    column = np.full(len(examples.customers), np.nan, dtype=np.float32)
    history_rows = history.rows_of(examples.customer_ids)
    for start in range(0, len(history_rows), customers_at_once):
        block = history_rows[start : start + customers_at_once]
        known = np.flatnonzero(block >= 0)
        if not len(known):
            continue
        found = np.asarray(score(block[known]), dtype=np.float32)
        scores = np.full((len(block), found.shape[1]), np.nan, dtype=np.float32)
        scores[known] = found
        first, last = np.searchsorted(examples.customers, [start, start + len(block)])
        places = columns_of[examples.products[first:last]]
        of_rows = scores[examples.customers[first:last] - start, places]
        column[first:last] = np.where(places >= 0, np.round(of_rows, DIGITS), np.nan)
    return column
