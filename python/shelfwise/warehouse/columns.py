"""A query's columns as arrays."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import duckdb
import numpy as np
from numpy.typing import NDArray


def fetch_columns(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] | Mapping[str, object] = ()
) -> dict[str, NDArray[Any]]:
    """Return the columns of a query's rows by name, (n_rows,) each; none of them may hold nulls."""
    fetched = connection.execute(query, parameters).fetchnumpy()
    return {name: np.asarray(column) for name, column in fetched.items()}


def fetch_texts(
    connection: duckdb.DuckDBPyConnection, query: str, parameters: Sequence[object] | Mapping[str, object] = ()
) -> NDArray[np.object_]:
    """Return the first column of a query's rows as Python strings, (n_rows,)."""
    rows = connection.execute(query, parameters).fetchall()
    values = np.empty(len(rows), dtype=object)
    values[:] = [row[0] for row in rows]
    return values
