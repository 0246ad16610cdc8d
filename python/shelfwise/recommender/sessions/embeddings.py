"""Products as vectors: near to each other when visitors look at them in the same company, even if never together.

The positive pointwise mutual information of pairs, factorised: Levy and Goldberg, "Neural word embedding as implicit
matrix factorization" (NeurIPS 2014).
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import scipy.sparse as sp
from sklearn.decomposition import TruncatedSVD

from shelfwise.scoring.index import SessionIndex

DIMENSIONS = 64
POWER_ITERATIONS = 2
DIGITS = 5  # the last bits of a sum do not matter


def with_embeddings(index: SessionIndex, seed: int) -> SessionIndex:
    """Return the index with a vector of unit length for each product, or of zeros for one without neighbours.

    A catalogue with fewer products than dimensions goes without.
    """
    n = index.n_products
    if n <= DIMENSIONS or len(index.pair_products) == 0:
        return index
    products = np.repeat(np.arange(n), np.diff(index.pair_starts))
    weights = sp.csr_matrix((index.pair_weights["symmetric_weight"], (products, index.pair_products)), shape=(n, n))
    weights = ((weights + weights.T) / 2).tocoo()
    totals = np.asarray(weights.sum(axis=1), dtype=np.float64).ravel()
    information = np.log(weights.data * totals.sum() / (totals[weights.row] * totals[weights.col]))
    positive = information > 0
    matrix = sp.csr_matrix(
        (information[positive], (weights.row[positive], weights.col[positive])), shape=(n, n), dtype=np.float64
    )
    svd = TruncatedSVD(DIMENSIONS, n_iter=POWER_ITERATIONS, random_state=seed).fit(matrix)
    vectors = svd.components_.T * np.sqrt(svd.singular_values_)
    lengths = np.linalg.norm(vectors, axis=1, keepdims=True)
    vectors = np.divide(vectors, lengths, out=np.zeros_like(vectors), where=lengths > 1e-6)
    return replace(index, embeddings=np.round(vectors, DIGITS).astype(np.float32))
