"""The record of operations: every run's folder, failed ones too, gathered into one small database for the dashboards.

It has a swap of its own (a numbered file behind a symlink), so that a bad night is visible while the last good version
goes on serving.
"""

from __future__ import annotations

import json
from contextlib import suppress
from importlib.resources import files
from pathlib import Path

import duckdb

from shelfwise.errors import ShelfwiseError
from shelfwise.files import fsync_path, swap_symlink
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_memory, quote_text

# Times are read with their offset, and become UTC in operations.sql.
RUN_COLUMNS = {
    "run_id": "VARCHAR",
    "status": "VARCHAR",
    "started_at": "TIMESTAMPTZ",
    "finished_at": "TIMESTAMPTZ",
    "seconds": "DOUBLE",
    "failed_step": "VARCHAR",
    "message": "VARCHAR",
    "sources": "VARCHAR[]",
    "published": "BOOLEAN",
    "steps": (
        'STRUCT("name" VARCHAR, status VARCHAR, started_at TIMESTAMPTZ, seconds DOUBLE, '
        "attempts INTEGER, retry_reason VARCHAR, row_count BIGINT, detail VARCHAR)[]"
    ),
}
GATE_COLUMNS = {
    "door": "VARCHAR",
    "table_name": "VARCHAR",
    "column_name": "VARCHAR",
    "expectation": "VARCHAR",
    "severity": "VARCHAR",
    "success": "BOOLEAN",
    "observed_value": "VARCHAR",
    "unexpected_count": "BIGINT",
    "element_count": "BIGINT",
    "owner": "VARCHAR",
    "description": "VARCHAR",
    "failing_rows": "JSON",
    "checked_at": "TIMESTAMPTZ",
}
QUARANTINE_COLUMNS = {"source_name": "VARCHAR", "table_name": "VARCHAR", "reason": "VARCHAR", "row_count": "BIGINT"}
ANOMALY_COLUMNS = {
    "detected_at": "TIMESTAMPTZ",
    "namespace": "VARCHAR",
    "source_name": "VARCHAR",
    "table_name": "VARCHAR",
    "column_name": "VARCHAR",
    "segment_type": "VARCHAR",
    "segment_value": "VARCHAR",
    "metric_date": "DATE",
    "metric": "VARCHAR",
    "observed_value": "DOUBLE",
    "expected_value": "DOUBLE",
    "score": "DOUBLE",
    "severity": "VARCHAR",
    "incident_id": "VARCHAR",
}
CARD_COLUMNS = {
    "model_version": "VARCHAR",
    "trained_at": "TIMESTAMPTZ",
    "scores": (
        'STRUCT(model_name VARCHAR, "role" VARCHAR, namespace VARCHAR, slice VARCHAR, metric VARCHAR, k BIGINT, '
        '"value" DOUBLE, lower_bound DOUBLE, upper_bound DOUBLE, customer_count BIGINT)[]'
    ),
}
# View of operations.sql: (files in a run's folder, their columns, JSON layout)
INPUTS = {
    "run_files": ("run.json", RUN_COLUMNS, "unstructured"),
    "gate_files": ("gate/*.jsonl", GATE_COLUMNS, "newline_delimited"),
    "quarantine_files": ("quarantine_counts.jsonl", QUARANTINE_COLUMNS, "newline_delimited"),
    "card_files": ("model/model_card.json", CARD_COLUMNS, "unstructured"),
    "anomaly_files": ("anomalies.jsonl", ANOMALY_COLUMNS, "newline_delimited"),
}


def refresh_operations(settings: Settings) -> Path:
    """Rebuild operations.duckdb from data/runs/ and swap it in; return its real path.

    Call with the run lock held: two refreshes at once would take the same number.
    """
    folder = settings.published_path / "operations"
    folder.mkdir(parents=True, exist_ok=True)
    numbers = [int(path.stem) for path in folder.glob("*.duckdb") if path.stem.isdigit()]
    latest = max(numbers, default=0)
    database = folder / f"{latest + 1:06d}.duckdb"
    temporary = folder / f"{database.name}.tmp"
    temporary.unlink(missing_ok=True)
    try:
        write_operations(settings, temporary)
    except duckdb.Error as error:
        temporary.unlink(missing_ok=True)
        raise ShelfwiseError(
            f"the record of operations cannot be written: {str(error).splitlines()[0]}",
            remedy="`shelfwise doctor` says what mends it; what was published goes on serving",
        ) from error
    fsync_path(temporary)
    temporary.rename(database)
    fsync_path(folder)
    swap_symlink(settings.published_path / "operations.duckdb", f"operations/{database.name}")
    for path in folder.glob("*.duckdb*"):  # the previous one stays for readers that have just resolved it
        if path.name not in (database.name, f"{latest:06d}.duckdb"):
            with suppress(FileNotFoundError):
                path.unlink()
    return database


def write_operations(settings: Settings, database: Path) -> None:
    """Write the tables of the runs' files into a new database."""
    with connect_memory(settings) as connection:
        connection.execute(f"attach {quote_text(str(database))} as operations")
        for view, (pattern, columns, layout) in INPUTS.items():
            paths = sorted(settings.runs_path.glob(f"*/{pattern}"))
            if layout == "unstructured":
                paths = [path for path in paths if is_json(path)]
            create_input_view(connection, view, paths, columns, layout)
        connection.execute(files("shelfwise.warehouse").joinpath("operations.sql").read_text(encoding="utf-8"))
        connection.execute("checkpoint operations")
        connection.execute("detach operations")


def is_json(path: Path) -> bool:
    """Return whether a file that is written whole still is: one damaged record must not hide all others."""
    try:
        return isinstance(json.loads(path.read_bytes()), dict)
    except (ValueError, OSError):
        return False


def create_input_view(
    connection: duckdb.DuckDBPyConnection, view: str, paths: list[Path], columns: dict[str, str], layout: str
) -> None:
    """Make a view over the runs' JSON files with their run_id, or an empty one; a half-written line reads as nulls."""
    names = ", ".join(f'"{name}"' for name in columns)
    if not paths:
        types = ", ".join(f'cast(null as {kind}) as "{name}"' for name, kind in columns.items())
        typed = types if "run_id" in columns else f"cast(null as varchar) as run_id, {types}"
        connection.execute(f"create view {view} as select {typed} where false")
        return
    described = ", ".join(f"{quote_text(name)}: {quote_text(kind)}" for name, kind in columns.items())
    listed = ", ".join(quote_text(str(path)) for path in paths)
    run_id = "" if "run_id" in columns else "regexp_extract(filename, '.*/runs/([^/]+)/', 1) as run_id, "
    lenient = ", ignore_errors = true" if layout == "newline_delimited" else ""
    connection.execute(
        f"create view {view} as select {run_id}{names} from read_json([{listed}], "
        f"columns = {{{described}}}, format = '{layout}', filename = true{lenient})"
    )
