"""Rows of sparse matrices."""

from __future__ import annotations

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from shelfwise.scoring.ragged import ranks_of_best


def best_of_each_row(matrix: sp.csr_matrix, k: int) -> sp.csr_matrix:
    """Return the k greatest of each row, which are above 0; of equal ones the first columns.

    ``matrix`` has its columns in order and no negative values; they are compared as float32.
    """
    kept = ranks_of_best(matrix.indptr.astype(np.int64), matrix.data.astype(np.float32), k) > 0
    return sp.csr_matrix((matrix.data[kept], (rows_of(matrix)[kept], matrix.indices[kept])), matrix.shape)


def rows_of(matrix: sp.csr_matrix) -> NDArray[np.int64]:
    """Return the row of each stored value, (n_values,)."""
    return np.repeat(np.arange(matrix.shape[0]), np.diff(matrix.indptr))
