"""TIFU-KNN: a customer's frequencies and those of similar customers.

Hu et al., "Modeling personalized item frequency information for next-basket recommendation" (SIGIR 2020).
"""

from __future__ import annotations

from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.base import BaseEstimator
from sklearn.preprocessing import normalize

from shelfwise.recommender.benchmark.baskets import Baskets


class TifuKnn(BaseEstimator):  # type: ignore[misc]
    """Blends a customer's own decayed frequencies (``alpha``) with those of the nearest customers.

    A customer's baskets are cut into ``n_groups``; weights decay by ``within_decay`` from basket to basket of a group
    and by ``group_decay`` from group to group. Customers are as near as the cosine of their frequencies.
    """

    def __init__(
        self,
        n_neighbors: int = 300,
        within_decay: float = 0.9,
        group_decay: float = 0.7,
        n_groups: int = 7,
        alpha: float = 0.7,
    ) -> None:
        self.n_neighbors = n_neighbors
        self.within_decay = within_decay
        self.group_decay = group_decay
        self.n_groups = n_groups
        self.alpha = alpha

    def fit(self, baskets: Baskets) -> Self:
        """Learn every customer's frequencies."""
        n_groups = np.minimum(self.n_groups, baskets.basket_counts)
        sizes = np.ceil(baskets.basket_counts / n_groups)
        group_ago = np.floor(baskets.baskets_ago / sizes)
        weights = self.within_decay ** (baskets.baskets_ago % sizes) * self.group_decay**group_ago / (sizes * n_groups)
        self.frequencies_ = baskets.weighted(weights)
        self.unit_frequencies_ = normalize(self.frequencies_)
        return self

    def score_products(self, customers: NDArray[np.int64]) -> NDArray[np.float64]:
        """Return (len(customers), n_products) scores of customers it was fitted on."""
        nearness = (self.unit_frequencies_[customers] @ self.unit_frequencies_.T).toarray()
        nearness[np.arange(len(customers)), customers] = -1.0
        k = min(self.n_neighbors, nearness.shape[1] - 1)
        if k < 1:
            return np.asarray(self.alpha * self.frequencies_[customers].toarray())
        # The order of columns decides between equals: partition alone would leave it to chance.
        order = np.argsort(-nearness, axis=1, kind="stable")[:, :k]
        rows = np.repeat(np.arange(len(customers)), k)
        mean = sp.csr_matrix((np.full(rows.size, 1.0 / k), (rows, order.ravel())), nearness.shape)
        own = self.alpha * self.frequencies_[customers]
        return np.asarray((own + (1.0 - self.alpha) * (mean @ self.frequencies_)).toarray())
