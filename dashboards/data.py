"""What the dashboard reads: the published version and the run history, one cached connection for each file.

``current`` is resolved on every rerun, and all caches are keyed by the real path it leads to, so that a new version
shows without a restart and an old one is never mixed with it. The build database is never opened.
"""

from __future__ import annotations

import logging
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Any

import duckdb
import pandas as pd
import streamlit as st

from shelfwise.errors import ShelfwiseError
from shelfwise.settings import get_settings
from shelfwise.warehouse import published
from shelfwise.warehouse.connections import connect_file

QUERIES = Path(__file__).parent / "queries"
REPUBLISH = "Publish again with `make run`, or go back to an earlier version with `shelfwise rollback`"
RECORD_AGAIN = "The next run writes it anew: `make run`"
# What DuckDB raises over bad bytes; a block whose checksum is wrong is a bare duckdb.Error.
DAMAGE = (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException, duckdb.FatalException)

logger = logging.getLogger(__name__)

Parameter = str | int | float | date | None
Row = dict[str, Any]


@dataclass(frozen=True)
class Database:
    """A read-only database file under its real path."""

    path: str

    def query(self, name: str, **parameters: Parameter) -> pd.DataFrame:
        """Return the rows of ``queries/<name>.sql`` with its ``$parameters`` filled in; remembered for this file.

        Raises ShelfwiseError when the file is gone, damaged, or lacks a table or column that the query needs.
        """
        return _rows(self.path, name, tuple(sorted(parameters.items())))


@dataclass(frozen=True)
class Version:
    """A published version: its warehouse and its manifest."""

    warehouse: Database
    manifest: published.Manifest


def current_version() -> Version | None:
    """Return the version that is current now, None where nothing has been published.

    Raises ShelfwiseError when ``current`` leads nowhere or its manifest cannot be understood.
    """
    try:
        version = published.resolve_current(get_settings())
    except published.NothingPublishedError:
        return None
    except published.VersionRemovedError as error:
        raise ShelfwiseError("The current version has lost its directory or manifest", remedy=REPUBLISH) from error
    return Version(Database(str(version.warehouse)), version.manifest)


def operations() -> Database | None:
    """Return the run history, None before the first run."""
    try:
        return Database(str(published.operations_path(get_settings())))
    except published.NothingPublishedError:
        return None


def current_paths() -> tuple[str, str]:
    """Return where the two links lead now; another answer than before means there is news."""
    folder = get_settings().published_path
    return str((folder / "current").resolve()), str((folder / "operations.duckdb").resolve())


@st.cache_resource(max_entries=2, show_spinner=False)
def _warehouse_connection(path: str) -> duckdb.DuckDBPyConnection:
    return connect_file(get_settings(), Path(path))


@st.cache_resource(max_entries=2, show_spinner=False)
def _operations_connection(path: str) -> duckdb.DuckDBPyConnection:
    return connect_file(get_settings(), Path(path))


@st.cache_data(max_entries=500, show_spinner=False)
def _rows(path: str, name: str, parameters: tuple[tuple[str, Parameter], ...]) -> pd.DataFrame:
    sql = (QUERIES / f"{name}.sql").read_text(encoding="utf-8")
    is_warehouse = Path(path).name == published.WAREHOUSE_FILE
    connect = _warehouse_connection if is_warehouse else _operations_connection
    try:
        return connect(path).cursor().execute(sql, dict(parameters)).df()
    except duckdb.Error as error:
        logger.warning("%s of %s: %s", name, path, error)
        raise _in_words(error, name, is_warehouse=is_warehouse) from error


def _in_words(error: duckdb.Error, query: str, *, is_warehouse: bool) -> ShelfwiseError:
    """Return the error that the page shows; the log has the file's path and DuckDB's own words."""
    file = "The published version's file" if is_warehouse else "The run history's file"
    if isinstance(error, (duckdb.CatalogException, duckdb.BinderException)):
        return ShelfwiseError(
            f"{file} does not have what the query {query} needs: {str(error).splitlines()[0]}",
            remedy="It was published by another version of Shelfwise: publish again with `make run`",
        )
    if isinstance(error, duckdb.OutOfMemoryException):
        return ShelfwiseError(
            f"The query {query} needs more memory than it may have", remedy="Raise SHELFWISE_MEMORY_LIMIT and restart"
        )
    if type(error) is duckdb.Error or isinstance(error, DAMAGE):
        return ShelfwiseError(
            f"{file} is damaged or cannot be read", remedy=REPUBLISH if is_warehouse else RECORD_AGAIN
        )
    return ShelfwiseError(
        f"The query {query} cannot be answered: {str(error).splitlines()[0]}",
        remedy="The log of the dashboard says more",
    )


def records(frame: pd.DataFrame) -> list[Row]:
    """Return a frame's rows as dictionaries."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]
