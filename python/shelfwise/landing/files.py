"""Writing files into ``landing/`` so that a reader sees a whole file or none."""

from __future__ import annotations

import os
from datetime import date, datetime
from pathlib import Path

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from shelfwise.files import fsync_path


def landing_file_path(landing: Path, source: str, table: str, landing_date: date, name: str) -> Path:
    """Return ``<landing>/<source>/<table>/dt=<landing date>/<name>.parquet``."""
    return landing / source / table / f"dt={landing_date.isoformat()}" / f"{name}.parquet"


def add_provenance(
    table: pa.Table,
    *,
    source_file: str,
    file_sha256: str,
    loaded_at: datetime,
    source_rows: pa.ChunkedArray | None = None,
) -> pa.Table:
    """Return `table` with the four columns that every landed row carries.

    `source_row` counts the rows of `table` from 1, unless `source_rows` says which rows of the file they are (int64);
    `loaded_at` is UTC without an offset.
    """
    rows = table.num_rows
    numbers = pa.array(np.arange(1, rows + 1, dtype=np.int64)) if source_rows is None else source_rows
    provenance = {
        "source_file": pa.repeat(pa.scalar(source_file, pa.string()), rows),
        "source_row": numbers,
        "file_sha256": pa.repeat(pa.scalar(file_sha256, pa.string()), rows),
        "loaded_at": pa.repeat(pa.scalar(loaded_at, pa.timestamp("us")), rows),
    }
    for name, column in provenance.items():
        table = table.append_column(name, column)
    return table


def write_landing_file(table: pa.Table, path: Path, *, source_file: str, file_sha256: str) -> Path:
    """Write `table` to `path` durably, and return `path`.

    The bytes go to ``<path>.tmp``, are synced, and only then get their name, so that neither a crash nor a full disk
    leaves a file that a reader would take for a complete one. `source_file` and `file_sha256` are repeated in the
    Parquet key-value metadata, where the registry of landed files reads them.

    Raises FileExistsError when `path` exists, for a landed file never changes, and OSError when the disk does not
    take the file.
    """
    if path.suffix != ".parquet":
        raise ValueError(f"a landing file's name ends in .parquet: {path}")
    if path.exists():
        raise FileExistsError(f"{path} has landed already; a correction is a new file")
    missing = [folder for folder in path.parents if not folder.exists()]
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".tmp")
    metadata = {"source_file": source_file, "file_sha256": file_sha256}
    try:
        with temporary.open("wb") as stream:
            pq.write_table(table.replace_schema_metadata(metadata), stream, compression="zstd")
            stream.flush()
            os.fsync(stream.fileno())
        temporary.rename(path)
    except BaseException:
        temporary.unlink(missing_ok=True)
        raise
    for folder in (path.parent, *(created.parent for created in missing)):
        fsync_path(folder)
    return path
