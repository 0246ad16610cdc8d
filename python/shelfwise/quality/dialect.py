"""The SQLAlchemy dialect `duckdb.buffered`, through which Great Expectations asks DuckDB.

A DuckDB connection holds one result at a time, and duckdb-engine 0.17 lets all its cursors share the connection: a
result that is read after the next statement has run is gone ("list index out of range"). This dialect takes each
result off the connection as soon as the statement has run.
"""

from __future__ import annotations

from typing import Any

import duckdb
import duckdb_engine
from sqlalchemy.dialects import registry
from sqlalchemy.dialects.postgresql.psycopg2 import PGExecutionContext_psycopg2
from sqlalchemy.engine.cursor import FullyBufferedCursorFetchStrategy
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
    """duckdb-engine's dialect with buffered results."""

    execution_ctx_cls = BufferedExecutionContext
    supports_statement_cache = False


registry.register("duckdb.buffered", __name__, "BufferedDialect")


def engine_arguments(connection: duckdb.DuckDBPyConnection) -> dict[str, Any]:
    """Return what `sqlalchemy.create_engine(URL, ...)` needs to work on an open DuckDB connection.

    The engine sees what the connection sees (its views, its read-only mode, its limits) and never opens another.
    """
    return {
        "creator": lambda: duckdb_engine.ConnectionWrapper(connection.cursor()),
        "poolclass": StaticPool,
    }
