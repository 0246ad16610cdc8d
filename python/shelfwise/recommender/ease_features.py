"""EASE as two features of the ranker, where the catalogue is small enough for it."""

from __future__ import annotations

from functools import partial

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from shelfwise.recommender.block_scores import candidate_scores
from shelfwise.recommender.dataset import Examples, History
from shelfwise.recommender.ease import MOST_PRODUCTS, Ease

FEATURE_NAMES = ("ease_score", "ease_recent_score")
RECENCY_DAYS = 60.0
CUSTOMERS_AT_ONCE = 1_000


class EaseFeatures:
    """Scores candidates of one cutoff by EASE over the whole history and over the recent one.

    Fit on purchases before the cutoff alone. Beyond ``MOST_PRODUCTS`` sold products the features are unknown (NaN).
    """

    def __init__(self, history: History) -> None:
        self.history = history
        self.sold_products = np.flatnonzero(np.diff(history.order_counts.tocsc().indptr))
        self.model: Ease | None = None
        if 0 < len(self.sold_products) <= MOST_PRODUCTS:
            self.model = Ease().fit(self._of_sold(history.bought()))

    def _of_sold(self, purchases: sp.csr_matrix) -> sp.csr_matrix:
        return purchases[:, self.sold_products].tocsr()

    def columns(self, examples: Examples) -> NDArray[np.float32]:
        """Return (n_rows, 2) float32."""
        model = self.model
        if model is None:
            return np.full((len(examples.customers), len(FEATURE_NAMES)), np.nan, dtype=np.float32)
        columns_of = np.full(self.history.order_counts.shape[1], -1, dtype=np.int64)
        columns_of[self.sold_products] = np.arange(len(self.sold_products))
        return np.column_stack(
            [
                candidate_scores(
                    examples, self.history, partial(_scores, model, purchases), columns_of, CUSTOMERS_AT_ONCE
                )
                for purchases in (
                    self._of_sold(self.history.bought()),
                    self._of_sold(self.history.faded(RECENCY_DAYS)),
                )
            ]
        )


def _scores(model: Ease, purchases: sp.csr_matrix, rows: NDArray[np.int64]) -> NDArray[np.float64]:
    return model.score_products(purchases[rows])


def with_ease(examples: Examples, features: EaseFeatures) -> Examples:
    """Return the examples with EASE's features."""
    return examples.with_features(FEATURE_NAMES, features.columns(examples))
