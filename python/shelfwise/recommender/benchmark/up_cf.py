"""UP-CF: recent popularity for each customer, spread over similar ones.

Faggioli, Polato, Aiolli, "Recency aware collaborative filtering for next basket recommendation" (UMAP 2020).
"""

from __future__ import annotations

from typing import Self

import numpy as np
from numpy.typing import NDArray
from sklearn.base import BaseEstimator

from shelfwise.recommender.benchmark.baskets import Baskets


class UpCf(BaseEstimator):  # type: ignore[misc]
    """Spreads customers' popularities over similar customers.

    A popularity is the share of the latest ``recency`` baskets that hold the product; the similarity an asymmetric
    cosine with exponent ``alpha``, sharpened by the power ``locality``.
    """

    def __init__(self, recency: int = 25, locality: int = 5, alpha: float = 0.5) -> None:
        self.recency = recency
        self.locality = locality
        self.alpha = alpha

    def fit(self, baskets: Baskets) -> Self:
        """Learn popularities and what each customer bought at all."""
        counted = np.minimum(baskets.basket_counts, self.recency)
        self.popularities_ = baskets.weighted((baskets.baskets_ago < self.recency) / counted)
        self.bought_ = baskets.weighted(np.ones(len(baskets.products)))
        self.bought_.data = np.ones_like(self.bought_.data)
        self.sizes_ = np.maximum(np.asarray(self.bought_.sum(axis=1)).ravel(), 1.0)
        return self

    def score_products(self, customers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return (len(customers), n_products) scores of customers it was fitted on."""
        similarity = (self.bought_[customers] @ self.bought_.T).tocoo()
        sizes = self.sizes_[customers][similarity.row] ** self.alpha * self.sizes_[similarity.col] ** (1 - self.alpha)
        similarity.data = (similarity.data / sizes) ** self.locality
        return np.asarray((similarity.tocsr() @ self.popularities_).toarray())
