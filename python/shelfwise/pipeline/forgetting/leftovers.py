"""The rest of the data folder without a person: the collector's files, what training wrote, the build database."""

from __future__ import annotations

import shutil
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shelfwise.collector.compaction import compact
from shelfwise.collector.dead_letter_box import DeadLetterBox
from shelfwise.collector.segments import ask_for_handover
from shelfwise.errors import ShelfwiseError
from shelfwise.files import fsync_path
from shelfwise.pipeline.forgetting.landed_files import replace_file
from shelfwise.pipeline.forgetting.texts import erase_from_text
from shelfwise.pipeline.forgetting.tokens import id_pattern, text_pattern
from shelfwise.privacy.erasures import Person
from shelfwise.privacy.personal_columns import KINDS
from shelfwise.settings import Settings
from shelfwise.warehouse.operations import refresh_operations

HANDOVER_SECONDS = 10.0


def erase_from_collector(settings: Settings, person: Person) -> int:
    """Land what waits, which the person's rows do not pass any more, and rewrite the dead letter.

    Returns how many rejected events went. Raises ShelfwiseError while a collector holds on to a file.
    """
    if not settings.collector_path.is_dir():
        return 0
    held = ask_for_handover(settings, wait_seconds=HANDOVER_SECONDS)
    if held:
        raise ShelfwiseError(
            f"a collector goes on writing {held[0].name}", remedy="Stop the collector, and give the command again"
        )
    compact(settings)
    pattern = text_pattern(person)
    for path in (settings.collector_path / "damaged").glob("*"):
        erase_from_text(path, pattern)
    return DeadLetterBox(settings).erase(id_pattern(person))


def count_in_dead_letter(settings: Settings, person: Person) -> int:
    """Return how many rejected events have an id of the person."""
    pattern = id_pattern(person)
    return sum(bool(pattern.search(letter.text)) for letter in DeadLetterBox(settings).letters())


def remove_build(settings: Settings) -> bool:
    """Remove the build database, of which landing makes another; return whether there was one.

    Deleting rows would leave their bytes in the file, and every table after them would have to be made anew anyhow.
    """
    found = settings.build_database.is_file()
    for path in (settings.build_database, settings.build_database.with_name("build.duckdb.wal")):
        path.unlink(missing_ok=True)
    if found:
        fsync_path(settings.data_path)
    return found


def trained_files(settings: Settings) -> list[Path]:
    """Return the Parquet files that training and runs have left."""
    folders = (settings.model_output_path, settings.runs_path)
    return sorted(path for folder in folders for path in folder.rglob("*.parquet"))


def erase_from_trained(settings: Settings, person: Person) -> int:
    """Rewrite what training has left for later steps; return how many rows went."""
    removed = 0
    for path in trained_files(settings):
        table = pq.ParquetFile(path).read()
        theirs = rows_of_warehouse(table, person)
        if count := int(pc.sum(theirs).as_py() or 0):
            replace_file(path, table.filter(pc.invert(theirs)))
            removed += count
    return removed


def count_in_trained(settings: Settings, person: Person) -> int:
    """Return how many of their rows are the person's."""
    tables = (pq.ParquetFile(path).read() for path in trained_files(settings))
    return sum(int(pc.sum(rows_of_warehouse(table, person)).as_py() or 0) for table in tables)


def rows_of_warehouse(table: pa.Table, person: Person) -> pa.ChunkedArray:
    """Return for each row whether it is the person's, by ids as the warehouse has them."""
    found = pa.chunked_array([pa.repeat(pa.scalar(False), table.num_rows)])
    for name in table.column_names:
        kind = KINDS.get(name)
        if kind in ("customer", "device", "order") and pa.types.is_string(table.schema.field(name).type):
            ids = pa.array(person.namespaced(kind), pa.string())
            found = pc.or_(found, pc.is_in(table.column(name), value_set=ids))
    return found


def renew_operations(settings: Settings) -> None:
    """Make operations.duckdb of what runs now say, and keep no earlier one. Call with the run lock held."""
    if not settings.runs_path.is_dir():
        return
    latest = refresh_operations(settings)
    for path in latest.parent.glob("*.duckdb*"):
        if path.name != latest.name:
            path.unlink(missing_ok=True)
    fsync_path(latest.parent)


def empty_spill(settings: Settings) -> None:
    """Remove what a killed query has left on disk. Call with the run lock held."""
    if settings.spill_path.is_relative_to(settings.data_path):
        shutil.rmtree(settings.spill_path, ignore_errors=True)
