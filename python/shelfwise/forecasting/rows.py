"""Rows that models learn from and foretell: columns of equal length, read from the marts that hold the features."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Self

import duckdb
import numpy as np
from numpy.typing import NDArray

SERIES = """
select * from fc_series_examples
where namespace = ? and subject = ? and metric = ?
order by series_id, cutoff_date, week_number
"""
CUSTOMERS = "select * from fc_customer_examples where namespace = ? order by cutoff_number, customer_id"


@dataclass(frozen=True)
class Rows:
    """Columns by name, each (n_rows,); what was not known is NaN in columns of numbers."""

    columns: dict[str, NDArray[Any]]

    def __getitem__(self, name: str) -> NDArray[Any]:
        return self.columns[name]

    def __len__(self) -> int:
        return len(next(iter(self.columns.values())))

    def where(self, kept: NDArray[np.bool_]) -> Self:
        """Return the rows where ``kept`` (n_rows,) is true."""
        return type(self)({name: column[kept] for name, column in self.columns.items()})


def read_rows(connection: duckdb.DuckDBPyConnection, query: str, parameters: list[str]) -> Rows:
    """Return a query's rows; numbers and booleans as floats, so that null is NaN."""
    columns = {}
    found: dict[str, Any] = connection.execute(query, parameters).fetchnumpy()
    for name, column in found.items():
        if np.issubdtype(column.dtype, np.number) or column.dtype == np.bool_:
            column = np.ma.filled(column.astype(np.float64), np.nan)
        columns[name] = np.asarray(column)
    return Rows(columns)


def read_series(connection: duckdb.DuckDBPyConnection, namespace: str, subject: str, metric: str) -> Rows:
    """Return the examples of a shop's series: a series, a cutoff and a week ahead in a row, in a fixed order."""
    return read_rows(connection, SERIES, [namespace, subject, metric])


def read_customers(connection: duckdb.DuckDBPyConnection, namespace: str) -> Rows:
    """Return the examples of a shop's customers: a customer and a cutoff in a row, in a fixed order."""
    return read_rows(connection, CUSTOMERS, [namespace])


def latest_sources(connection: duckdb.DuckDBPyConnection) -> list[tuple[str, Any, Any]]:
    """Return (name of the cutoff, cutoff, latest moment that a feature of it was made of), for the leakage guard."""
    return connection.execute("""
        select
            'series ' || namespace || ':' || cutoff_date::varchar,
            cutoff_date::timestamp,
            max(latest_source_date)::timestamp
        from fc_series_examples
        group by namespace, cutoff_date
        union all
        select 'customers ' || namespace || ':' || cutoff_number::varchar, cutoff_at, max(latest_source_at)
        from fc_customer_examples
        group by namespace, cutoff_number, cutoff_at
        order by all
    """).fetchall()
