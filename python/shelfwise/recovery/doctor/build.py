"""The build database: opens, every block can be read, and it was built from the files that are there."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from shelfwise.recovery.doctor.finding import Finding, Findings, Patient, modified_at, quoted
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_file, quote_name
from shelfwise.warehouse.increments import WATERMARKS
from shelfwise.wording import byte_size, counted

HELD = ("Could not set lock", "Conflicting lock")


def check_build(patient: Patient) -> Findings:
    """Open the build database and read it; in a quick look only its catalogue and registry."""
    path = patient.settings.build_database
    if not path.is_file():
        return Findings("none yet; the next run builds it from landing")
    if patient.holder:
        return Findings(f"in use by process {patient.holder}; not looked at")
    looked_at = f"{byte_size(path.stat().st_size)}, {'catalogue' if patient.quick else 'all tables'} read"
    try:
        with connect_file(patient.settings, path) as connection:
            if not patient.quick:
                read_all_tables(connection)
            return Findings(
                looked_at,
                (*missing_files(connection, patient.settings), *time_ahead(connection, patient.now)),
            )
    except (duckdb.Error, OSError) as error:
        return Findings(looked_at, (unreadable(path, error),))


def unreadable(path: Path, error: Exception) -> Finding:
    """Return why the database does not open: somebody else has it, or it is damaged."""
    first_line = str(error).splitlines()[0]
    if any(words in first_line for words in HELD):
        return Finding(
            f"another process has the build database open: {first_line}",
            f"fuser -v {quoted(path)}",
            "warning",
            hint="names that dbt or DuckDB shell; end it, for a run does not wait for it",
        )
    return Finding(
        f"the build database {path} is damaged: {first_line}",
        f"rm -rf {quoted(path)} {quoted(path.with_name(path.name + '.wal'))} && shelfwise run",
        since=modified_at(path),
        hint="it is built again from landing, in full; what is published goes on serving meanwhile",
    )


def read_all_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Read every column of every table: DuckDB verifies the checksum of each block that it reads."""
    tables = connection.execute(
        "select schema_name, table_name from duckdb_tables() where database_name = current_database()"
    ).fetchall()
    for schema, name in tables:
        table = f"{quote_name(schema)}.{quote_name(name)}"
        connection.execute(f"select bit_xor(hash(read)) from {table} as read").fetchall()


def missing_files(connection: duckdb.DuckDBPyConnection, settings: Settings) -> Iterator[Finding]:
    """Give files that are in the marts and no longer in landing: the next run would take their rows out."""
    if not has_table(connection, "landing_files"):
        return
    rows = connection.execute(
        "select landing_file from landing.landing_files where is_active and loaded_at is not null order by landing_file"
    ).fetchall()
    missing = [name for (name,) in rows if not (settings.landing_path / name).is_file()]
    if missing:
        yield Finding(
            f"{counted(len(missing), 'landed file')} of which the marts are made are gone, "
            f"{settings.landing_path / missing[0]} first: the next run leaves their rows out",
            "shelfwise restore BACKUP --repair",
            hint="or import their source files again",
        )


def time_ahead(connection: duckdb.DuckDBPyConnection, now: datetime) -> Iterator[Finding]:
    """Say when the tables were written at a time that has not come."""
    if not has_table(connection, "model_watermarks"):
        return
    rows = connection.execute(
        "select max(processed_until) from landing.model_watermarks where list_contains(?, model_name)",
        [list(WATERMARKS)],
    ).fetchall()
    if rows[0][0] and rows[0][0].replace(tzinfo=UTC) > now:
        yield Finding(
            f"the marts were built at {rows[0][0]:%Y-%m-%d %H:%M} UTC, and now it is {now:%Y-%m-%d %H:%M}: "
            "the clock was set back, or was ahead then",
            "timedatectl set-ntp true",
            "warning",
            hint="the next run builds everything anew, so that no row is missed",
        )


def has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Return whether schema `landing` has a table."""
    return bool(
        connection.execute(
            "select 1 from duckdb_tables() where schema_name = 'landing' and table_name = ?", [name]
        ).fetchall()
    )
