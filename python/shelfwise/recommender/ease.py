"""EASE: a linear item-to-item model with a closed form (Steck, "Embarrassingly Shallow Autoencoders", WWW 2019)."""

from __future__ import annotations

from typing import Self

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray
from scipy.linalg import lapack
from sklearn.utils.validation import check_is_fitted, validate_data

from shelfwise.errors import ShelfwiseError
from shelfwise.recommender.product_scorer import ProductScorer

# The item-to-item matrix is dense: 10,000 products take about 1.2 GB while it is inverted.
MOST_PRODUCTS = 10_000


class Ease(ProductScorer):
    """Scores a product by its learned weights to what the customer bought.

    ``regularization`` is the paper's lambda. The result is the same with any number of threads as long as BLAS runs
    on one (training sees to it).
    """

    def __init__(self, regularization: float = 300.0) -> None:
        self.regularization = regularization

    def fit(self, X: sp.csr_matrix, y: object = None) -> Self:  # noqa: ARG002
        """Solve for the weights. ``X`` is (n_customers, n_products), 1 where the customer bought the product.

        Raises ShelfwiseError beyond ``MOST_PRODUCTS`` products, where the dense matrix would not fit.
        """
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float32)
        n_products = X.shape[1]
        if n_products > MOST_PRODUCTS:
            raise ShelfwiseError(
                f"EASE on {n_products} products needs a dense matrix of {n_products}²",
                remedy=f"Leave it out beyond {MOST_PRODUCTS} products",
            )
        gram = (X.T @ X).toarray(order="F") if sp.issparse(X) else np.asfortranarray(X.T @ X)
        gram[np.diag_indices(n_products)] += self.regularization
        inverse = _inverse(gram)
        weights = inverse / -np.diag(inverse)
        weights[np.diag_indices(n_products)] = 0.0
        self.weights_ = weights
        return self

    def score_products(self, X: sp.csr_matrix) -> NDArray[np.float64]:
        """Return (n_customers, n_products) scores; ``X`` may weigh purchases, for example by their age."""
        check_is_fitted(self)
        X = validate_data(self, X, accept_sparse="csr", dtype=np.float32, reset=False)
        return np.asarray(X @ self.weights_, dtype=np.float64)


def _inverse(gram: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return the inverse of a symmetric positive definite matrix by Cholesky: half the work of a general one."""
    factor, failed = lapack.spotrf(gram, lower=1, overwrite_a=1)
    if failed:
        raise np.linalg.LinAlgError("the Gram matrix is not positive definite: regularization must be above 0")
    inverse, _ = lapack.spotri(factor, lower=1, overwrite_c=1)
    return np.asarray(np.tril(inverse) + np.tril(inverse, -1).T)
