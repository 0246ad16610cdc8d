"""Landed files without a person: each is written anew beside itself and takes its own place in one step."""

from __future__ import annotations

import os
import re
from collections.abc import Callable
from pathlib import Path

import pyarrow as pa
import pyarrow.compute as pc
import pyarrow.parquet as pq

from shelfwise.files import fsync_path
from shelfwise.landing.import_lock import import_lock
from shelfwise.pipeline.forgetting.discovery import landed_tables, namespaces_of, read_ids, rows_of
from shelfwise.pipeline.forgetting.tokens import id_pattern
from shelfwise.privacy.erasures import Person
from shelfwise.privacy.landing_guard import REJECTED_TEXT
from shelfwise.settings import Settings


def erase_from_landing(settings: Settings, person: Person, report: Callable[[str], None]) -> int:
    """Rewrite the landed files that hold rows of the person, and return how many rows went.

    The bytes that a file came from keep their hash in it: they are known, and do not land again.
    """
    removed = 0
    for source, namespace, paths in landed_tables(settings):
        report(f"landing/{source}/{paths[0].parent.parent.name}")
        with import_lock(settings.landing_path / source, wait=True):
            for path in paths:
                removed += erase_from_file(path, source, namespace, person)
    return removed


def count_in_landing(settings: Settings, person: Person) -> dict[str, int]:
    """Return {table: rows} of the person, without touching any."""
    counts: dict[str, int] = {}
    for source, namespace, paths in landed_tables(settings):
        rows = sum(_count(path, source, namespace, person) for path in paths)
        if rows:
            counts[f"landing/{source}/{paths[0].parent.parent.name}"] = rows
    return counts


def _count(path: Path, source: str, namespace: str, person: Person) -> int:
    ids = read_ids(path)
    return int(pc.sum(rows_of(ids, source, namespaces_of(ids, namespace), person)).as_py() or 0)


def erase_from_file(path: Path, source: str, namespace: str, person: Person) -> int:
    """Rewrite one file if anything of the person is in it; return how many rows went."""
    ids = read_ids(path)
    theirs = rows_of(ids, source, namespaces_of(ids, namespace), person)
    count = int(pc.sum(theirs).as_py() or 0)
    has_text = REJECTED_TEXT in pq.read_schema(path).names
    if not count and not has_text:
        return 0
    file = pq.ParquetFile(path)
    table = file.read()
    kept = table.filter(pc.invert(theirs))
    cleaned = without_rejected_text(kept, id_pattern(person)) if has_text else kept
    if count or not cleaned.equals(kept):
        if cleaned.num_rows == 0 and id_pattern(person).search(path.stem):
            path.unlink()  # an order's own file: its name tells of it
            fsync_path(path.parent)
        else:
            replace_file(path, cleaned)
    return count


def without_rejected_text(table: pa.Table, pattern: re.Pattern[str]) -> pa.Table:
    """Return rejected lines without the text of those in which an id of the person stands."""
    position = table.schema.get_field_index(REJECTED_TEXT)
    texts = [None if text and pattern.search(text) else text for text in table.column(position).to_pylist()]
    return table.set_column(position, table.schema.field(position), pa.array(texts, pa.string()))


def replace_file(path: Path, table: pa.Table) -> None:
    """Put a Parquet file in the place of another, durably: a reader sees one or the other."""
    temporary = path.with_name(path.name + ".tmp")
    with temporary.open("wb") as stream:
        pq.write_table(table, stream, compression="zstd", write_page_checksum=True)
        stream.flush()
        os.fsync(stream.fileno())
    temporary.rename(path)
    fsync_path(path.parent)
