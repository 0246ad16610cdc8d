"""The marts door."""

from __future__ import annotations

import duckdb

from shelfwise.quality.tables import TableSuite


def suites(connection: duckdb.DuckDBPyConnection) -> list[TableSuite]:
    """Return what to expect of the marts."""
    return []
