"""Writing files into ``landing/`` so that a reader sees a whole file or none."""

from __future__ import annotations

import os
from contextlib import suppress
from datetime import date, datetime
from pathlib import Path
from types import TracebackType

import numpy as np
import pyarrow as pa
import pyarrow.parquet as pq

from shelfwise.files import fsync_path
from shelfwise.privacy.landing_guard import LandingGuard


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
    namespace: str | None = None,
) -> pa.Table:
    """Return `table` with the five columns that every landed row carries.

    `source_row` counts the rows of `table` from 1, unless `source_rows` says which rows of the file they are (int64);
    `loaded_at` is UTC without an offset. Rows that carry a `namespace` of their own keep it.
    """
    rows = table.num_rows
    numbers = pa.array(np.arange(1, rows + 1, dtype=np.int64)) if source_rows is None else source_rows
    provenance = {
        "namespace": pa.repeat(pa.scalar(namespace, pa.string()), rows),
        "source_file": pa.repeat(pa.scalar(source_file, pa.string()), rows),
        "source_row": numbers,
        "file_sha256": pa.repeat(pa.scalar(file_sha256, pa.string()), rows),
        "loaded_at": pa.repeat(pa.scalar(loaded_at, pa.timestamp("us")), rows),
    }
    for name, column in provenance.items():
        if name != "namespace" or name not in table.column_names:
            table = table.append_column(name, column)
    return table


class LandingFileWriter:
    """A landing file that is written in parts, a Parquet row group each, and gets its name once it is complete.

    The bytes go to ``<path>.tmp``; `publish` syncs and renames them, so that neither a crash nor a full disk leaves a
    file that a reader would take for a complete one. Leaving the context without it removes them. `metadata` goes to
    the Parquet key-value metadata, where the registry of landed files reads it. Rows pass the `guard` of their source.

    Raises FileExistsError when `path` exists, for a landed file never changes, and OSError when the disk does not
    take the file.
    """

    def __init__(
        self, path: Path, schema: pa.Schema, metadata: dict[str, str], guard: LandingGuard | None = None
    ) -> None:
        if path.suffix != ".parquet":
            raise ValueError(f"a landing file's name ends in .parquet: {path}")
        if path.exists():
            raise FileExistsError(f"{path} has landed already; a correction is a new file")
        self.path = path
        self._temporary = path.with_name(path.name + ".tmp")
        self._missing = [folder for folder in path.parents if not folder.exists()]
        self._schema = schema.with_metadata(metadata)
        self._guard = guard
        self._writer: pq.ParquetWriter | None = None

    def __enter__(self) -> LandingFileWriter:
        return self

    def write(self, table: pa.Table) -> None:
        """Append rows that have the writer's columns; the first call makes the temporary file."""
        rows = self._guard.pass_on(table) if self._guard else table
        self._started().write_table(rows.replace_schema_metadata(self._schema.metadata))

    def publish(self) -> Path:
        """Complete the file, which may be empty, and give it its name, durably. Return its path."""
        self._started().close()
        self._stream.flush()
        os.fsync(self._stream.fileno())
        self._temporary.rename(self.path)
        for folder in (self.path.parent, *(created.parent for created in self._missing)):
            fsync_path(folder)
        return self.path

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        if self._writer is not None:
            for unfinished in (self._writer, self._stream):
                with suppress(OSError):  # a full disk takes no footer, and the file is given up anyway
                    unfinished.close()
            self._temporary.unlink(missing_ok=True)

    def _started(self) -> pq.ParquetWriter:
        if self._writer is None:
            self.path.parent.mkdir(parents=True, exist_ok=True)
            self._stream = self._temporary.open("wb")
            self._writer = pq.ParquetWriter(self._stream, self._schema, compression="zstd", write_page_checksum=True)
        return self._writer


def write_landing_file(
    table: pa.Table, path: Path, *, source_file: str, file_sha256: str, guard: LandingGuard | None = None
) -> Path:
    """Write `table` to `path` durably in one go, and return `path`; see `LandingFileWriter`."""
    with LandingFileWriter(path, table.schema, {"source_file": source_file, "file_sha256": file_sha256}, guard) as file:
        file.write(table)
        return file.publish()
