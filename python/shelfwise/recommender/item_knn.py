"""Item-kNN: products that the same customers bought (Sarwar et al., "Item-based collaborative filtering", WWW 2001)."""

from __future__ import annotations

from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from sklearn.utils.validation import check_is_fitted, validate_data

from shelfwise.recommender.product_scorer import ProductScorer
from shelfwise.recommender.sparse_rows import best_of_each_row, rows_of


class ItemKnn(ProductScorer):
    """Scores a product by its cosines to what the customer bought; ``n_neighbors`` are kept of each product.

    ``shrinkage`` is added to the denominator of the cosine: pairs seen seldom count less.
    """

    def __init__(self, n_neighbors: int = 100, shrinkage: float = 10.0) -> None:
        self.n_neighbors = n_neighbors
        self.shrinkage = shrinkage

    def fit(self, X: sp.csr_matrix, y: object = None) -> Self:  # noqa: ARG002
        """Learn the cosines. ``X`` is (n_customers, n_products), non-zero where the customer bought the product."""
        X = sp.csr_matrix(validate_data(self, X, accept_sparse="csr", dtype=np.float64))
        both = (X.T @ X).tocsr()
        norms = np.sqrt(both.diagonal())
        both.setdiag(0)
        both.eliminate_zeros()
        both.sort_indices()
        both.data = both.data / (norms[rows_of(both)] * norms[both.indices] + self.shrinkage)
        self.weights_ = best_of_each_row(both, self.n_neighbors)
        return self

    def score_products(self, X: sp.csr_matrix) -> NDArray[np.float64]:
        """Return (n_customers, n_products) scores; ``X`` may weigh purchases, for example by their age."""
        check_is_fitted(self)
        X = sp.csr_matrix(validate_data(self, X, accept_sparse="csr", dtype=np.float64, reset=False))
        return np.asarray((X @ self.weights_).toarray())
