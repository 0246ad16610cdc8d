"""What the dashboard reads: the published version and the run history, one cached connection for each file.

``current`` is resolved on every rerun, and all caches are keyed by the real path it leads to, so that a new version
shows without a restart and an old one is never mixed with it. The build database is never opened.
"""

from __future__ import annotations

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
    except (duckdb.CatalogException, duckdb.BinderException) as error:
        raise ShelfwiseError(
            f"{path} does not have what the query {name} needs: {_first_line(error)}",
            remedy="It was published by another version of Shelfwise: publish again with `make run`",
        ) from error
    except (duckdb.IOException, duckdb.SerializationException, duckdb.InternalException) as error:
        raise ShelfwiseError(f"{path} cannot be read: {_first_line(error)}", remedy=REPUBLISH) from error


def records(frame: pd.DataFrame) -> list[Row]:
    """Return a frame's rows as dictionaries."""
    return [{str(name): value for name, value in row.items()} for row in frame.to_dict("records")]


def _first_line(error: Exception) -> str:
    return str(error).splitlines()[0]
