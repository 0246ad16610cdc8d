"""The rows of one source file on their way into one landed table."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from types import TracebackType

import pyarrow as pa

from shelfwise.landing.earlier_files import landed_name
from shelfwise.landing.errors import unwritable
from shelfwise.landing.files import LandingFileWriter, add_provenance, landing_file_path
from shelfwise.landing.tabular import Field, TabularSource
from shelfwise.privacy.landing_guard import LandingGuard


@dataclass(frozen=True)
class Origin:
    """What every row of a landed file carries of the file it came from."""

    source: TabularSource
    namespace: str | None
    loaded_at: datetime

    @property
    def metadata(self) -> dict[str, str]:
        """What the Parquet key-value metadata says of it."""
        namespace = {} if self.namespace is None else {"namespace": self.namespace}
        return {"source_file": self.source.name, "file_sha256": self.source.sha256, **namespace}

    def path_in(self, landing: Path, source: str, table: str) -> Path:
        """Return where the rows land; the same bytes land twice on a day when what corrected them is undone."""
        version = 1
        while True:
            name = landed_name(self.source.name, self.source.sha256, self.namespace, version)
            path = landing_file_path(landing, source, table, self.loaded_at.date(), name)
            if not path.exists():
                return path
            version += 1

    def add_to(self, table: pa.Table, numbers: pa.ChunkedArray) -> pa.Table:
        """Return rows with their provenance."""
        return add_provenance(
            table,
            source_file=self.source.name,
            file_sha256=self.source.sha256,
            loaded_at=self.loaded_at,
            source_rows=numbers,
            namespace=self.namespace,
        )


class TableOutput:
    """A landed file in the making; nothing is on disk before the first rows, and nothing stays without `publish`.

    Methods raise LandingAreaError when the landing area does not take the file.
    """

    def __init__(
        self, path: Path, origin: Origin, fields: Sequence[Field], guard: LandingGuard, supersedes: str = ""
    ) -> None:
        self.row_count = 0
        self.supersedes = supersedes
        self._path = path
        self._origin = origin
        no_rows = pa.schema([(field.name, pa.string()) for field in fields]).empty_table()
        schema = origin.add_to(no_rows, pa.chunked_array([], pa.int64())).schema
        correction = {"supersedes": supersedes} if supersedes else {}
        self._writer = LandingFileWriter(path, schema, {**origin.metadata, **correction}, guard)

    def __enter__(self) -> TableOutput:
        return self

    def write(self, table: pa.Table, numbers: pa.ChunkedArray) -> None:
        """Append rows; ``numbers`` says which rows of their file they are."""
        if table.num_rows:
            with self._disk_errors():
                self._writer.write(self._origin.add_to(table, numbers))
            self.row_count += table.num_rows

    def publish(self) -> None:
        """Let the file appear in landing, with no rows where none was written."""
        with self._disk_errors():
            self._writer.publish()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        self._writer.__exit__(kind, error, trace)

    @contextmanager
    def _disk_errors(self) -> Iterator[None]:
        try:
            yield
        except OSError as error:
            raise unwritable(self._path, error) from error
