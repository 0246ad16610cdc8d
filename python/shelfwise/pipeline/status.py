"""Where things stand: what is published, how the last run went, what waits in landing."""

from __future__ import annotations

from datetime import datetime

import duckdb
from rich.console import Console

from shelfwise.data_folder import require_data_folder
from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.history import RunRecord, close_interrupted, read_records
from shelfwise.pipeline.land import landed_files
from shelfwise.pipeline.lock import run_lock
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build
from shelfwise.warehouse.operations import refresh_operations
from shelfwise.warehouse.publish import verify_checksums
from shelfwise.warehouse.published import (
    NothingPublishedError,
    PublishedVersion,
    connect_operations,
    resolve_current,
)
from shelfwise.warehouse.retention import list_versions

UNUSUAL = """
select
    count(*) over (),
    metric_date::varchar,
    concat_ws(' ', coalesce(namespace, source_name), nullif(segment_value, 'all'), table_name, column_name, metric),
    observed_value,
    expected_value
from anomalies
where run_id = (select max(run_id) from runs)
order by metric_date desc, abs(score) desc, table_name, column_name, metric
limit 1
"""


def print_status(settings: Settings, console: Console | None = None) -> None:
    """Print the current version, the kept ones, the last run and the files that no run has loaded."""
    console = console or Console()
    require_data_folder(settings)
    notice_interrupted(settings)
    lines = [
        *published_lines(settings),
        last_run_line(read_records(settings)),
        pending_line(settings),
        *unusual_lines(settings),
    ]
    for line in lines:
        console.print(line, highlight=False, soft_wrap=True, markup=False)


def notice_interrupted(settings: Settings) -> None:
    """Record runs that were killed, unless one is alive."""
    if not any(record.status == "running" for record in read_records(settings)):
        return
    try:
        with run_lock(settings, "shelfwise status"):
            close_interrupted(settings)
            refresh_operations(settings)
    except ShelfwiseError:  # a run is in progress, and shown as running
        return


def published_lines(settings: Settings) -> list[str]:
    """Return what is current and what can be rolled back to."""
    try:
        current = resolve_current(settings)
    except NothingPublishedError as error:
        return [f"current     nothing published. {error.remedy}"]
    manifest = current.manifest
    lines = [
        f"current     {current.run_id}, published {shown(manifest.published_at)}",
        f"data until  {shown(manifest.data_until) if manifest.data_until else 'no data'}",
        f"model       {manifest.model_version or 'none'}",
    ]
    if damage := damage_of(current):
        lines.insert(1, f"            {damage}")
    for position, version in enumerate(list_versions(settings)):
        mark = " (current)" if version.run_id == current.run_id else ""
        lines.append(f"{'kept' if position == 0 else '':<12}{version.run_id}{mark}")
    return lines


def damage_of(version: PublishedVersion) -> str:
    """Return what is wrong with a version's files and what to do; empty where they are as they were published."""
    try:
        verify_checksums(version.path, version.manifest)
    except ShelfwiseError as error:
        return f"{error.message}. `shelfwise rollback` goes back to an earlier version, `shelfwise run` makes a new one"
    return ""


def last_run_line(records: list[RunRecord]) -> str:
    """Return how the last run went."""
    if not records:
        return "last run    none"
    last = records[-1]
    where = f" at {last.failed_step}: {last.message}" if last.status == "failed" else ""
    return f"last run    {last.run_id} {last.status}{where}"


def pending_line(settings: Settings) -> str:
    """Return how many landed files no run has loaded yet."""
    landed = {
        path.relative_to(settings.landing_path).as_posix() for path in landed_files(settings, settings.known_sources)
    }
    if not settings.build_database.is_file():
        return f"pending     {len(landed):,} landed files"
    try:
        with connect_build(settings) as connection:
            rows = connection.execute(
                "select landing_file from landing.landing_files where loaded_at is not null"
            ).fetchall()
    except ShelfwiseError:
        return f"pending     unknown while a run is in progress ({len(landed):,} landed files)"
    except duckdb.CatalogException:
        rows = []
    return f"pending     {len(landed - {row[0] for row in rows}):,} of {len(landed):,} landed files"


def unusual_lines(settings: Settings) -> list[str]:
    """Return how many unusual values the last run found, and the latest; nothing where it found none."""
    try:
        with connect_operations(settings) as connection:
            rows = connection.execute(UNUSUAL).fetchall()
    except (ShelfwiseError, duckdb.Error):  # no run yet, or a file that the dashboard tells of
        return []
    if not rows:
        return []
    total, day, what, observed, expected = rows[0]
    return [f"unusual     {total:,} values in four weeks; {day} {what}: {observed:,.6g}, expected {expected:,.6g}"]


def shown(moment: datetime) -> str:
    """Return a time for people."""
    return f"{moment:%Y-%m-%d %H:%M} UTC"
