"""The baseline everybody has: what most customers bought lately."""

from __future__ import annotations

from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted, validate_data

from shelfwise.recommender.product_scorer import ProductScorer


class Popularity(ProductScorer):
    """Scores a product by the number of customers who bought it.

    Fit on purchases of the last 30 days, it is the "popularity 30 d" of the literature.
    """

    def fit(self, X: sp.csr_matrix, y: object = None) -> Self:  # noqa: ARG002
        """Count buyers. ``X`` is (n_customers, n_products), non-zero where the customer bought the product."""
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64)
        self.buyer_counts_ = np.asarray((X != 0).sum(axis=0), dtype=np.float64).ravel()
        return self

    def score_products(self, X: sp.csr_matrix) -> NDArray[np.float64]:
        """Return (n_customers, n_products) scores, the same for every customer."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        return np.broadcast_to(self.buyer_counts_, X.shape).copy()
