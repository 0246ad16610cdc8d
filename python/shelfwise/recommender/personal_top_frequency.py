"""The baseline to beat: what the customer bought most often.

P-TopFreq of Li et al., "A next basket recommendation reality check" (2023), with ties by recent popularity.
"""

from __future__ import annotations

from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted, validate_data

from shelfwise.recommender.product_scorer import ProductScorer


class PersonalTopFrequency(ProductScorer):
    """Scores a product by the customer's own number of orders of it; ties go to what more customers bought lately."""

    def fit(self, X: sp.csr_matrix, y: object = None) -> Self:  # noqa: ARG002
        """Learn how to break ties. ``X`` is (n_customers, n_products): recent purchases."""
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64)
        buyer_counts = np.asarray((X != 0).sum(axis=0), dtype=np.float64).ravel()
        self.tie_breaks_ = buyer_counts / (1.0 + buyer_counts.max(initial=0.0))
        return self

    def score_products(self, X: sp.csr_matrix) -> NDArray[np.float64]:
        """Return (n_customers, n_products) scores. ``X`` holds the number of each customer's orders of each product."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False)
        return np.asarray(X.toarray() + self.tie_breaks_)
