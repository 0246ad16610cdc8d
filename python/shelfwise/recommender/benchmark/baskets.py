"""Purchases as baskets in order: what next-basket methods learn from."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray


@dataclass(frozen=True)
class Baskets:
    """One row for each product of each basket, in four arrays (n_rows,).

    ``customers`` and ``products`` are numbers; ``baskets_ago`` is 0 for the customer's latest basket;
    ``basket_counts`` says how many the customer has.
    """

    customers: NDArray[np.int64]
    products: NDArray[np.int64]
    baskets_ago: NDArray[np.int64]
    basket_counts: NDArray[np.int64]
    n_customers: int
    n_products: int

    def weighted(self, weights: NDArray[np.float64]) -> sp.csr_matrix:
        """Return (n_customers, n_products) sums of a weight per row."""
        return sp.csr_matrix((weights, (self.customers, self.products)), (self.n_customers, self.n_products))
