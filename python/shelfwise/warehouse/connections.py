"""DuckDB connections within the memory, threads and temporary space of the settings."""

from __future__ import annotations

from pathlib import Path

import duckdb

from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings


def limits(settings: Settings) -> dict[str, str | bool | int | float | list[str]]:
    """Return DuckDB's configuration; all connections of a process to one file must give the same."""
    settings.spill_path.mkdir(parents=True, exist_ok=True)
    return {
        "memory_limit": settings.memory_limit,
        "threads": settings.threads,
        "temp_directory": str(settings.spill_path),
        "preserve_insertion_order": False,
    }


def configured(connection: duckdb.DuckDBPyConnection, settings: Settings) -> duckdb.DuckDBPyConnection:
    """Return the connection with UTC as time zone and a limit of temporary files, its cursors too.

    Not part of `limits`: DuckDB 2.0 reads the configuration before it loads ICU, and refuses a time zone there; of the
    limit it takes note there and does not hold to it.
    """
    connection.execute("set global TimeZone = 'UTC'")
    connection.execute(f"set global max_temp_directory_size = {quote_text(settings.spill_limit)}")
    return connection


def connect_memory(settings: Settings) -> duckdb.DuckDBPyConnection:
    """Open an empty in-memory database."""
    return configured(duckdb.connect(":memory:", config=limits(settings)), settings)


def connect_file(settings: Settings, database: Path, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """Open a database file; read-only unless told otherwise.

    Raises duckdb.IOException when the file is missing or another process is writing it.
    """
    return configured(duckdb.connect(str(database), read_only=read_only, config=limits(settings)), settings)


def connect_build(settings: Settings, *, read_only: bool = True) -> duckdb.DuckDBPyConnection:
    """Open the build database: for the run's own steps only, never for dashboards or the API.

    Raises ShelfwiseError when there is none yet or another process (a `dbt` by hand) holds it.
    """
    if not settings.build_database.is_file():
        raise ShelfwiseError(f"no build database at {settings.build_database}", remedy="Run `shelfwise run` first")
    try:
        return connect_file(settings, settings.build_database, read_only=read_only)
    except duckdb.IOException as error:
        raise ShelfwiseError(
            f"the build database cannot be opened: {str(error).splitlines()[0]}",
            remedy="Wait for the other dbt or DuckDB process to end, or end it, and try again",
        ) from error


def quote_name(name: str) -> str:
    """Return an identifier quoted for DuckDB."""
    return '"' + name.replace('"', '""') + '"'


def quote_text(text: str) -> str:
    """Return a string literal for DuckDB."""
    return "'" + text.replace("'", "''") + "'"
