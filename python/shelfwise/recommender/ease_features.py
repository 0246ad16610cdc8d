"""EASE as two features of the ranker, where the catalogue is small enough for it."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

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
            self.model = Ease().fit(self._bought())

    def _bought(self) -> sp.csr_matrix:
        bought = self.history.order_counts[:, self.sold_products].tocsr()
        bought.data = np.ones_like(bought.data)
        return bought

    def _bought_lately(self) -> sp.csr_matrix:
        days = self.history.days_since_last_order[:, self.sold_products].tocsr()
        days.data = np.exp(-days.data / RECENCY_DAYS)
        return days

    def columns(self, examples: Examples) -> NDArray[np.float32]:
        """Return (n_rows, 2) float32, rounded so that the last bits of a sum do not matter."""
        columns = np.full((len(examples.customers), len(FEATURE_NAMES)), np.nan, dtype=np.float32)
        if self.model is None:
            return columns
        local_products = np.full(self.history.order_counts.shape[1], -1, dtype=np.int64)
        local_products[self.sold_products] = np.arange(len(self.sold_products))
        history_rows = self.history.rows_of(examples.customer_ids)
        for position, purchases in enumerate((self._bought(), self._bought_lately())):
            for start in range(0, len(history_rows), CUSTOMERS_AT_ONCE):
                block = history_rows[start : start + CUSTOMERS_AT_ONCE]
                known = np.flatnonzero(block >= 0)
                if not len(known):
                    continue
                scores = np.full((len(block), len(self.sold_products)), np.nan, dtype=np.float32)
                scores[known] = self.model.score_products(purchases[block[known]])
                first, last = np.searchsorted(examples.customers, [start, start + len(block)])
                local = local_products[examples.products[first:last]]
                found = scores[examples.customers[first:last] - start, local]
                columns[first:last, position] = np.where(local >= 0, np.round(found, 5), np.nan)
        return columns


def with_ease(examples: Examples, features: EaseFeatures) -> Examples:
    """Return the examples with EASE's features."""
    return examples.with_features(FEATURE_NAMES, features.columns(examples))
