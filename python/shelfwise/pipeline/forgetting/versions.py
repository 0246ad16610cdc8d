"""Published versions without a person: each is made anew beside itself, and readers go over by the one swap.

A version never changes under a reader: a process that has its file open would go on reading the old one. So what is
left of a version is another version, named after it.
"""

from __future__ import annotations

import json
import os
import re
import shutil
from collections.abc import Callable
from pathlib import Path

import duckdb

from shelfwise.errors import ShelfwiseError
from shelfwise.files import fsync_path, fsync_tree, write_text_atomically
from shelfwise.locks import exclusive_lock
from shelfwise.pipeline.forgetting.texts import erase_from_text, read
from shelfwise.pipeline.forgetting.tokens import text_pattern
from shelfwise.privacy.erasures import Person
from shelfwise.privacy.personal_columns import KINDS
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_memory, quote_name, quote_text
from shelfwise.warehouse.publish import checksums, make_current
from shelfwise.warehouse.published import (
    MANIFEST_FILE,
    WAREHOUSE_FILE,
    PublishedVersion,
    current_link,
    read_version,
    versions_path,
)
from shelfwise.warehouse.retention import remove, remove_leftovers, version_folders

ERASED_SUFFIX = re.compile(r"-e(\d+)$")
IDS = "erased_ids"


def erase_from_versions(settings: Settings, person: Person, report: Callable[[str], None]) -> int:
    """Make every kept version anew without the person; return how many rows went from all of them.

    One that cannot be read cannot be served either, and is removed.
    """
    if not versions_path(settings).is_dir():
        return 0
    removed = 0
    with exclusive_lock(settings.published_path / ".lock", holder="shelfwise forget", wait=True):
        remove_leftovers(settings)
        for folder in version_folders(settings):
            report(f"version {folder.name}")
            is_current = current_link(settings).resolve() == folder.resolve()
            try:
                version = read_version(settings, folder)
                count, texts = count_in_version(version, person)
            except (ShelfwiseError, duckdb.Error):
                if is_current:
                    raise
                remove(settings, folder.name)
                continue
            if not count and not texts:
                continue
            replace_version(settings, version, person, is_current=is_current)
            removed += count
    return removed


def replace_version(settings: Settings, version: PublishedVersion, person: Person, *, is_current: bool) -> None:
    """Put what is left of a version in its place; also after an erasure that was killed while it did so."""
    base, number = split_name(version.path.name)
    successor = versions_path(settings) / f"{base}-e{number + 1}"
    if current_link(settings).resolve() != successor.resolve():
        if successor.is_dir():
            remove(settings, successor.name)
        write_without(version, person, successor)
        if is_current:
            make_current(settings, successor.name)
    remove(settings, version.path.name)


def count_in_version(version: PublishedVersion, person: Person) -> tuple[int, int]:
    """Return how many rows of the person a version has, and how many of its texts name them."""
    pattern = text_pattern(person)
    texts = sum(bool(pattern.search(read(path))) for path in texts_of(version.path))
    with connect_memory(version.settings) as connection:
        connection.execute(f"attach {quote_text(str(version.warehouse))} as known (read_only)")
        hold_ids(connection, person)
        rows = [
            connection.execute(
                f"select count(*) from known.{quote_name(schema)}.{quote_name(table)} where {condition}"
            ).fetchall()[0][0]
            for schema, table, condition in tables_with_ids(connection, "known")
        ]
    return sum(rows), texts


def texts_of(folder: Path) -> list[Path]:
    """Return the texts of a version beside its manifest: model cards and what is said of an index."""
    return [
        path for path in sorted(folder.rglob("*")) if path.suffix in (".json", ".html") and path.name != MANIFEST_FILE
    ]


def split_name(name: str) -> tuple[str, int]:
    """Return a version's run and how often it was made anew; `<run>-e1` stands right after `<run>`."""
    found = ERASED_SUFFIX.search(name)
    return (name[: found.start()], int(found[1])) if found else (name, 0)


def write_without(version: PublishedVersion, person: Person, target: Path) -> None:
    """Write a complete version without the person into `target`, which appears as a whole."""
    temporary = target.with_name(f"{target.name}.tmp-{os.getpid()}")
    temporary.mkdir()
    copy_without(version, person, temporary / WAREHOUSE_FILE)
    (temporary / WAREHOUSE_FILE).chmod(0o444)
    for part in ("model", "session_index"):
        if (version.path / part).is_dir():
            shutil.copytree(version.path / part, temporary / part)
    pattern = text_pattern(person)
    for path in texts_of(temporary):
        erase_from_text(path, pattern)
    manifest = version.manifest.model_copy(
        update={
            "run_id": target.name,
            "checksums": checksums(temporary),
            "processed_until": None,  # the next version is written in full
            "row_counts": version.manifest.row_counts.model_copy(
                update={"marts": mart_rows(version, temporary / WAREHOUSE_FILE)}
            ),
        }
    )
    write_text_atomically(temporary / MANIFEST_FILE, json.dumps(manifest.model_dump(mode="json"), indent=2) + "\n")
    fsync_tree(temporary)
    os.rename(temporary, target)
    fsync_path(target.parent)


def copy_without(version: PublishedVersion, person: Person, database: Path) -> None:
    """Copy every table but the person's rows, into a new file: where rows are deleted, their bytes stay."""
    with connect_memory(version.settings) as connection:
        connection.execute("set preserve_insertion_order = true")  # unchanged tables stay as they compressed best
        connection.execute(f"attach {quote_text(str(version.warehouse))} as known (read_only)")
        connection.execute(f"attach {quote_text(str(database))} as kept")
        hold_ids(connection, person)
        conditions = {(schema, table): condition for schema, table, condition in tables_with_ids(connection, "known")}
        for schema, table, comment in all_tables(connection, "known"):
            name = f"{quote_name(schema)}.{quote_name(table)}"
            connection.execute(f"create schema if not exists kept.{quote_name(schema)}")
            where = f"where not coalesce({conditions[schema, table]}, false)" if (schema, table) in conditions else ""
            connection.execute(f"create table kept.{name} as select * from known.{name} {where}")
            if comment:
                connection.execute(f"comment on table kept.{name} is {quote_text(comment)}")
        for schema, table, column, comment in connection.execute(
            "select schema_name, table_name, column_name, comment from duckdb_columns() "
            "where database_name = 'known' and comment is not null"
        ).fetchall():
            target = ".".join(map(quote_name, ("kept", schema, table, column)))
            connection.execute(f"comment on column {target} is {quote_text(comment)}")
        connection.execute("checkpoint kept")
        connection.execute("detach kept")


def mart_rows(version: PublishedVersion, database: Path) -> dict[str, int]:
    """Return the rows of each mart that the manifest counts."""
    with connect_memory(version.settings) as connection:
        connection.execute(f"attach {quote_text(str(database))} as kept (read_only)")
        names = {
            table: f"kept.{quote_name(schema)}.{quote_name(table)}"
            for schema, table, _ in all_tables(connection, "kept")
        }
        return {
            mart: connection.execute(f"select count(*) from {names[mart]}").fetchall()[0][0]
            for mart in version.manifest.row_counts.marts
            if mart in names
        }


def all_tables(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[tuple[str, str, str | None]]:
    """Return (schema, table, comment) of an attached database."""
    return connection.execute(
        "select schema_name, table_name, comment from duckdb_tables() where database_name = ? order by all", [catalog]
    ).fetchall()


def hold_ids(connection: duckdb.DuckDBPyConnection, person: Person) -> None:
    """Make the temporary table of the person's ids: (kind, namespaced id)."""
    connection.execute(f"create or replace temp table {IDS} (kind varchar, id varchar)")
    rows = [(kind, id_) for kind in ("customer", "device", "order") for id_ in person.namespaced(kind)]
    connection.executemany(f"insert into {IDS} values (?, ?)", rows)
    connection.execute(f"create or replace temp table erased_namespace as select '{person.namespace}' as namespace")


def tables_with_ids(connection: duckdb.DuckDBPyConnection, catalog: str) -> list[tuple[str, str, str]]:
    """Return (schema, table, condition that a row is the person's) for tables with columns of ids."""
    columns: dict[tuple[str, str], list[str]] = {}
    for schema, table, column in connection.execute(
        "select schema_name, table_name, column_name from duckdb_columns() "
        "where database_name = ? and data_type = 'VARCHAR' order by all",
        [catalog],
    ).fetchall():
        if condition := condition_on(column):
            columns.setdefault((schema, table), []).append(condition)
    return [(schema, table, f"({' or '.join(found)})") for (schema, table), found in columns.items()]


def condition_on(column: str) -> str:
    """Return when a row is the person's by one of its columns; empty where the column tells of nobody."""
    name, kind = quote_name(column), KINDS.get(column)
    if column == "source_customer_id":  # without the shop before it, which stands beside it
        whole = f"(select namespace from erased_namespace) || ':' || {name}"
        return f"coalesce({whole} in (select id from {IDS} where kind = 'customer'), false)"
    match kind:
        case "customer" | "device" | "order":
            return f"coalesce({name} in (select id from {IDS} where kind = '{kind}'), false)"
        case "session":  # the device, and when the session began
            device = f"regexp_replace({name}, '/[0-9]+$', '')"
            return f"coalesce({device} in (select id from {IDS} where kind = 'device'), false)"
        case "unit":
            return f"coalesce({name} in (select id from {IDS} where kind in ('customer', 'device')), false)"
    return ""
