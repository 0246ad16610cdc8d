"""A new version from a copy of the current one: of the large marts only the rows that changed are written anew.

Copying a file costs a fiftieth of writing its rows again. What changed is told by `processed_at` (in
``macros/increments/watermarks.sql``) and the watermark in the current version's manifest. Whatever speaks against it
(another schema, another DuckDB, too much that changed, a damaged file) leads to a full copy, which is always right.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

import duckdb

from shelfwise.warehouse.connections import quote_text
from shelfwise.warehouse.published import WAREHOUSE_FILE, PublishedVersion

MIN_ROWS = 1_000_000  # fewer are written anew in seconds
MAX_CHANGED_SHARE = 0.2
MAX_INCREMENTS = 30  # then a full copy, which is compact
MAX_FREE_SHARE = 0.3  # of the file's blocks
CHUNK_BYTES = 8 << 20
WATERMARKS = ("int_events__classified", "fct_sessions", "fct_recommendation_impressions")


@dataclass(frozen=True)
class LargeMart:
    """How the changed rows of a mart are found.

    `stale` is a condition on a published row `known` and a row `changed` of the changed events, `fresh` a condition on
    a row of the build database; {since} is the watermark. `day` is the column by which both are counted afterwards.
    """

    name: str
    stale: str
    fresh: str
    day: str


# Whatever changes about an event writes its row again, under whatever status it now has, and so do all events of a
# session that changes: a stale row has its key, or its device, among the changed events. A list is one device's.
LARGE_MARTS = (
    LargeMart(
        "fct_events",
        stale="known.event_date = changed.event_date and known.event_id = changed.event_id",
        fresh="processed_at > {since}",
        day="event_date",
    ),
    LargeMart(
        "fct_sessions",
        stale="known.device_id = changed.device_id",
        fresh="device_id in (select device_id from changed_events)",
        day="session_date",
    ),
    LargeMart(
        "fct_recommendation_impressions",
        stale="known.device_id = changed.device_id",
        fresh="device_id in (select device_id from changed_events)",
        day="impression_date",
    ),
)


def processed_until(connection: duckdb.DuckDBPyConnection) -> datetime | None:
    """Return until when the large marts in the attached `build` have taken rows in; None where no model says so."""
    try:
        rows = connection.execute(
            "select min(processed_until) from build.landing.model_watermarks where list_contains(?, model_name) "
            "having count(*) = ?",
            [list(WATERMARKS), len(WATERMARKS)],
        ).fetchall()
    except duckdb.CatalogException:  # built by something other than our dbt project
        return None
    return rows[0][0] if rows else None


def start_from(
    connection: duckdb.DuckDBPyConnection, basis: PublishedVersion, database: Path, public: Iterable[str]
) -> bool:
    """Copy the basis to `database` and attach it as `published`, its large marts brought up to date, all others gone.

    `public` are the names of the marts in the attached `build`. Returns False, and leaves no file, when a full copy is
    called for.
    """
    since = basis.manifest.processed_until
    if since is None or not set(public).issuperset(mart.name for mart in LARGE_MARTS):
        return False
    if not (is_of_use(connection, basis, since) and copy_verified(basis, database)):
        database.unlink(missing_ok=True)
        return False
    connection.execute(f"attach {quote_text(str(database))} as published")
    if not (has_little_waste(connection) and have_same_columns(connection)):
        connection.execute("detach published")
        database.unlink()
        return False
    drop_other_tables(connection)
    for mart in LARGE_MARTS:
        replace_changed_rows(connection, mart, since)
    if not all(counts_agree(connection, mart) for mart in LARGE_MARTS):
        connection.execute("detach published")
        database.unlink()
        return False
    return True


def is_of_use(connection: duckdb.DuckDBPyConnection, basis: PublishedVersion, since: datetime) -> bool:
    """Tell whether the basis was made of this build database by this DuckDB, and little has changed since.

    Makes the temporary table `changed_events`: the key and the device of every event written since.
    """
    until = processed_until(connection)
    if until is None or since > until or basis.manifest.increments >= MAX_INCREMENTS:
        return False
    if basis.manifest.versions.get("duckdb") != duckdb.__version__:
        return False
    event_count = basis.manifest.row_counts.marts.get("fct_events", 0)
    if event_count < MIN_ROWS:
        return False
    changed = "from build.intermediate.int_events__classified where processed_at > ?"
    ((changed_count,),) = connection.execute(f"select count(*) {changed}", [since]).fetchall()
    if changed_count > MAX_CHANGED_SHARE * event_count:
        return False
    connection.execute(
        f"create or replace temp table changed_events as select distinct event_id, event_date, device_id {changed}",
        [since],
    )
    return True


def copy_verified(basis: PublishedVersion, database: Path) -> bool:
    """Copy the basis's warehouse, and tell whether what was copied is what its manifest says."""
    digest = hashlib.sha256()
    try:
        with basis.warehouse.open("rb") as source, database.open("wb") as target:
            while chunk := source.read(CHUNK_BYTES):
                digest.update(chunk)
                target.write(chunk)
    except FileNotFoundError:
        return False
    return digest.hexdigest() == basis.manifest.checksums.get(WAREHOUSE_FILE)


def has_little_waste(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether most of the published file's blocks are in use."""
    ((free, total),) = connection.execute(
        "select free_blocks, total_blocks from pragma_database_size() where database_name = 'published'"
    ).fetchall()
    return bool(free <= MAX_FREE_SHARE * total)


def have_same_columns(connection: duckdb.DuckDBPyConnection) -> bool:
    """Tell whether the large marts have the same columns, in order, in both databases."""

    def columns(catalog: str, mart: LargeMart) -> list[tuple[str, str]]:
        rows = connection.execute(f"describe {catalog}.main.{mart.name}").fetchall()
        return [(name, type_) for name, type_, *_ in rows]

    try:
        return all(columns("published", mart) == columns("build", mart) for mart in LARGE_MARTS)
    except duckdb.CatalogException:
        return False


def drop_other_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Drop what is written anew, and give its space back before it is."""
    kept = [mart.name for mart in LARGE_MARTS]
    rows = connection.execute(
        "select schema_name, table_name from duckdb_tables() "
        "where database_name = 'published' and not (schema_name = 'main' and list_contains(?, table_name))",
        [kept],
    ).fetchall()
    for schema, table in rows:
        connection.execute(f'drop table published."{schema}"."{table}"')
    connection.execute("checkpoint published")


def replace_changed_rows(connection: duckdb.DuckDBPyConnection, mart: LargeMart, since: datetime) -> None:
    """Delete the published rows that the changed events bear upon, and write those that the build database has."""
    connection.execute(
        f"delete from published.main.{mart.name} as known using changed_events as changed where {mart.stale}"
    )
    fresh = mart.fresh.format(since=f"timestamp '{since:%Y-%m-%d %H:%M:%S.%f}'")
    connection.execute(f"insert into published.main.{mart.name} select * from build.main.{mart.name} where {fresh}")


def counts_agree(connection: duckdb.DuckDBPyConnection, mart: LargeMart) -> bool:
    """Tell whether both databases have equally many rows of each day: else rows changed that did not say so."""
    counted = f"select {mart.day}, count(*) from {{catalog}}.main.{mart.name} group by {mart.day}"
    differing = connection.execute(
        f"({counted.format(catalog='build')}) except ({counted.format(catalog='published')}) union all "
        f"(({counted.format(catalog='published')}) except ({counted.format(catalog='build')}))"
    ).fetchall()
    return not differing
