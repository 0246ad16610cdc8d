"""From the rows a file yields to Arrow tables of text."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass

import pyarrow as pa

from shelfwise.landing.tabular import Field, RejectedRow, Row

BATCH_ROWS = 50_000


@dataclass(frozen=True)
class RowTables:
    """A file's rows without provenance, whole and rejected, and the number of each in the file (int64)."""

    whole: pa.Table
    whole_numbers: pa.ChunkedArray
    rejected: pa.Table
    rejected_numbers: pa.ChunkedArray


def collect_rows(
    rows: Iterable[Row | RejectedRow], fields: Sequence[Field], report: Callable[[int], None]
) -> RowTables:
    """Gather rows into tables whose columns are all text; ``report`` is told their count at every 50,000."""
    whole = _Columns([field.name for field in fields])
    rejected = _Columns(["reason", "raw_text"])
    for row in rows:
        if isinstance(row, Row):
            whole.add(row.number, row.values)
            if whole.is_batch_full:
                report(whole.flush())
        else:
            rejected.add(row.number, (row.reason, row.raw_text))
    return RowTables(*whole.tables(), *rejected.tables())


class _Columns:
    """Rows turned into Arrow columns batch by batch, since Python's lists of strings take ten times the memory."""

    def __init__(self, names: Sequence[str]) -> None:
        self._schema = pa.schema([("source_row", pa.int64()), *((name, pa.string()) for name in names)])
        self._batches: list[pa.RecordBatch] = []
        self._rows: list[tuple[int, *tuple[str, ...]]] = []
        self._flushed = 0

    @property
    def is_batch_full(self) -> bool:
        return len(self._rows) >= BATCH_ROWS

    def add(self, number: int, values: Sequence[str]) -> None:
        self._rows.append((number, *values))

    def flush(self) -> int:
        """Close the batch and return the number of rows so far."""
        if self._rows:
            columns = [
                pa.array(column, type=field.type)
                for column, field in zip(zip(*self._rows, strict=True), self._schema, strict=True)
            ]
            self._batches.append(pa.RecordBatch.from_arrays(columns, schema=self._schema))
            self._flushed += len(self._rows)
            self._rows = []
        return self._flushed

    def tables(self) -> tuple[pa.Table, pa.ChunkedArray]:
        """Return the columns without the row numbers, and the row numbers."""
        self.flush()
        table = pa.Table.from_batches(self._batches, schema=self._schema)
        return table.drop_columns(["source_row"]), table.column("source_row")
