"""The SQLAlchemy dialect `duckdb.buffered`, through which Great Expectations asks DuckDB.

A DuckDB connection holds one result at a time, and duckdb-engine 0.17 lets all its cursors share the connection: a
result that is read after the next statement has run is gone ("list index out of range"). This dialect takes each
result off the connection as soon as the statement has run.
"""

from __future__ import annotations

from collections.abc import Mapping
from contextlib import suppress
from typing import Any

import duckdb
import duckdb_engine
import sqlalchemy as sa
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
from sqlalchemy.engine.interfaces import ReflectedColumn
from sqlalchemy.pool import StaticPool

URL = "duckdb+buffered://"


class BufferedExecutionContext(PGExecutionContext_psycopg2):
    """Fetches all rows of a result right after its statement ran."""

    def post_exec(self) -> None:
        """Replace the lazy fetch by rows that are already in memory."""
        super().post_exec()  # type: ignore[no-untyped-call]
        if self.cursor.description:
            # Types as text: DuckDB complains at exit about type objects that someone still holds.
            description: Any = [(name, str(type_), *rest) for name, type_, *rest in self.cursor.description]
            self.cursor_fetch_strategy = FullyBufferedCursorFetchStrategy(
                self.cursor, alternate_description=description, initial_buffer=self.cursor.fetchall()
            )


class BufferedDialect(duckdb_engine.Dialect):
    """duckdb-engine's dialect with buffered results, and columns looked up in one query instead of four."""

    execution_ctx_cls = BufferedExecutionContext
    supports_statement_cache = False

    def get_columns(
        self, connection: sa.Connection, table_name: str, schema: str | None = None, **_: Any
    ) -> list[ReflectedColumn]:
        """Return name, type and nullability of a relation's columns, as SQLAlchemy's inspector hands them on."""
        rows = connection.execute(
            sa.text("""
                select column_name, data_type, is_nullable from duckdb_columns()
                where table_name = :table_name and schema_name = coalesce(:schema_name, current_schema())
                order by column_index
            """),
            {"table_name": table_name, "schema_name": schema},
        )
        return [
            {"name": name, "type": _type_of(data_type), "nullable": is_nullable, "default": None}
            for name, data_type, is_nullable in rows
        ]


def _type_of(data_type: str) -> sa.types.TypeEngine[Any]:
    """Return SQLAlchemy's type for a scalar type of DuckDB: Great Expectations tells text and booleans from numbers."""
    if data_type.startswith("DECIMAL"):
        return sa.Numeric()
    return _TYPES.get(data_type, sa.types.NullType)()


_TYPES: dict[str, type[sa.types.TypeEngine[Any]]] = {
    "VARCHAR": sa.VARCHAR,
    "BOOLEAN": sa.BOOLEAN,
    "BIGINT": sa.BIGINT,
    "INTEGER": sa.INTEGER,
    "DOUBLE": sa.DOUBLE,
    "DATE": sa.DATE,
    "TIMESTAMP": sa.TIMESTAMP,
}

registry.register("duckdb.buffered", __name__, "BufferedDialect")


def create_views(connection: duckdb.DuckDBPyConnection, views: Mapping[str, str]) -> None:
    """Make temporary views, {name: query}, which a read-only database allows; of tables that are not there, none."""
    for name, query in views.items():
        with suppress(duckdb.CatalogException):  # the suite that asks for it says that it is missing
            connection.execute(f"create temp view {name} as {query}")


def engine_arguments(connection: duckdb.DuckDBPyConnection, views: Mapping[str, str] | None = None) -> dict[str, Any]:
    """Return what `sqlalchemy.create_engine(URL, ...)` needs to work on an open DuckDB connection.

    The engine sees what the connection sees (its views, its read-only mode, its limits) and never opens another. Of
    `views`, {name: query}, it makes temporary ones first: those of the connection itself are not its cursors'.
    """

    def connect() -> duckdb_engine.ConnectionWrapper:
        cursor = connection.cursor()
        create_views(cursor, views or {})
        return duckdb_engine.ConnectionWrapper(cursor)

    return {
        "creator": connect,
        "poolclass": StaticPool,
    }
