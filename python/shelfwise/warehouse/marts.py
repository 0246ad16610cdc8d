"""Which relations are public, by dbt's manifest, and their compact copy."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build, connect_memory, quote_name, quote_text
from shelfwise.warehouse.increments import processed_until, start_from
from shelfwise.warehouse.published import PublishedVersion

EVENT_TIMES = {"fct_events": "occurred_at", "fct_orders": "ordered_at"}


@dataclass(frozen=True)
class PublicMart:
    """A public model's relation in the build database."""

    schema: str
    name: str

    def within(self, catalog: str) -> str:
        """Return the relation's quoted name in an attached database."""
        return ".".join(quote_name(part) for part in (catalog, self.schema, self.name))


@dataclass(frozen=True)
class CopiedFacts:
    """What the manifest says of the copied data."""

    mart_rows: dict[str, int]
    landing_rows: dict[str, int]
    data_until: datetime | None
    processed_until: datetime | None
    increments: int


def public_marts(manifest_path: Path) -> list[PublicMart]:
    """Return the enabled models with ``access: public`` that dbt materialises, by name.

    Raises ShelfwiseError when the run's manifest is missing or has none.
    """
    if not manifest_path.is_file():
        raise ShelfwiseError(f"{manifest_path} is missing: the run has not built the marts", remedy="`shelfwise run`")
    nodes = json.loads(manifest_path.read_bytes())["nodes"].values()
    marts = [
        PublicMart(node["schema"], node["alias"])
        for node in nodes
        if node["resource_type"] == "model"
        and node["config"]["enabled"]
        and node["access"] == "public"
        and node["config"]["materialized"] != "ephemeral"
    ]
    if not marts:
        raise ShelfwiseError(
            "the dbt project has no public model, so there is nothing to publish",
            remedy="Give the marts `access: public`",
        )
    return sorted(marts, key=lambda mart: (mart.schema, mart.name))


def copy_marts(
    settings: Settings,
    marts: Sequence[PublicMart],
    database: Path,
    sources: Sequence[str],
    basis: PublishedVersion | None = None,
) -> CopiedFacts:
    """Copy the marts from the build database into a new file, with their comments.

    Where `basis` serves, it is copied and the changed rows of its large marts replaced; else all is written anew.
    Raises ShelfwiseError when a mart is missing from the build database.
    """
    connect_build(settings).close()  # a clear error when it is missing or held
    with connect_memory(settings) as connection:
        connection.execute(f"attach {quote_text(str(settings.build_database))} as build (read_only)")
        names = [mart.name for mart in marts if mart.schema == "main"]
        increments = 0
        if basis and start_from(connection, basis, database, names):
            increments = basis.manifest.increments + 1
        else:
            connection.execute(f"attach {quote_text(str(database))} as published")
        mart_rows = {mart.name: copy_mart(connection, mart) for mart in marts}
        copy_comments(connection, marts)
        facts = CopiedFacts(
            mart_rows,
            landing_rows(connection, sources),
            data_until(connection, marts),
            processed_until(connection),
            increments,
        )
        connection.execute("checkpoint published")
        connection.execute("detach published")
    return facts


def copy_mart(connection: duckdb.DuckDBPyConnection, mart: PublicMart) -> int:
    """Copy one relation as a table, unless it is there already, and return its rows."""
    connection.execute(f"create schema if not exists published.{quote_name(mart.schema)}")
    try:
        connection.execute(
            f"create table if not exists {mart.within('published')} as select * from {mart.within('build')}"
        )
    except duckdb.CatalogException as error:
        raise ShelfwiseError(
            f"public model {mart.name} is not in the build database",
            remedy="`dbt build` it, or take `access: public` from it",
        ) from error
    row = connection.execute(f"select count(*) from {mart.within('published')}").fetchone()
    return int(row[0]) if row else 0


def copy_comments(connection: duckdb.DuckDBPyConnection, marts: Sequence[PublicMart]) -> None:
    """Carry over table and column comments: the descriptions that analysts see in their SQL tool."""
    names = {(mart.schema, mart.name): mart for mart in marts}
    tables = connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() "
        "where database_name = 'build' and comment is not null "
        "union all select schema_name, view_name, comment from duckdb_views() "
        "where database_name = 'build' and comment is not null"
    ).fetchall()
    columns = connection.execute(
        "select schema_name, table_name, column_name, comment from duckdb_columns() "
        "where database_name = 'build' and comment is not null"
    ).fetchall()
    for schema, table, comment in tables:
        if mart := names.get((schema, table)):
            connection.execute(f"comment on table {mart.within('published')} is {quote_text(comment)}")
    for schema, table, column, comment in columns:
        if mart := names.get((schema, table)):
            target = f"{mart.within('published')}.{quote_name(column)}"
            connection.execute(f"comment on column {target} is {quote_text(comment)}")


def landing_rows(connection: duckdb.DuckDBPyConnection, sources: Sequence[str]) -> dict[str, int]:
    """Return {source: landed rows} by the registry, of ``sources`` or, when empty, of all."""
    rows = connection.execute(
        "select source_name, sum(row_count)::bigint from build.landing.landing_files "
        "where is_active group by source_name order by source_name"
    ).fetchall()
    return {name: int(count) for name, count in rows if not sources or name in sources}


def data_until(connection: duckdb.DuckDBPyConnection, marts: Sequence[PublicMart]) -> datetime | None:
    """Return the time of the latest event or order, in UTC; None when there is none."""
    found = []
    for mart in marts:
        if column := EVENT_TIMES.get(mart.name):
            row = connection.execute(f"select max({column}) from {mart.within('published')}").fetchone()
            if row and row[0] is not None:
                found.append(row[0].replace(tzinfo=UTC) if row[0].tzinfo is None else row[0].astimezone(UTC))
    return max(found, default=None)
