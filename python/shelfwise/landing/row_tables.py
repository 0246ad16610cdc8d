"""From the rows a file yields to Arrow tables of text, batch by batch, so that a file of any size passes through."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

import pyarrow as pa

from shelfwise.landing.tabular import Field, RejectedRow, Row, RowBlock

BATCH_ROWS = 50_000
REJECTED_FIELDS = (Field("reason", ("reason",)), Field("raw_text", ("raw_text",)))


@dataclass(frozen=True)
class RowBatch:
    """Rows without provenance, whole and rejected, and the number of each in the file (int64)."""

    whole: pa.Table
    whole_numbers: pa.ChunkedArray
    rejected: pa.Table
    rejected_numbers: pa.ChunkedArray


def batches(rows: Iterable[Row | RowBlock | RejectedRow], fields: Sequence[Field]) -> Iterator[RowBatch]:
    """Gather rows into batches of about 50,000 whose columns are all text; there is at least one batch."""
    whole, rejected = _Columns(fields), _Columns(REJECTED_FIELDS)
    is_first = True
    for row in rows:
        match row:
            case Row():
                whole.add(row.number, row.values)
            case RowBlock():
                whole.add_block(row)
            case RejectedRow():
                rejected.add(row.number, (row.reason, row.raw_text))
        if whole.row_count + rejected.row_count >= BATCH_ROWS:
            yield RowBatch(*whole.take(), *rejected.take())
            is_first = False
    if is_first or whole.row_count + rejected.row_count:
        yield RowBatch(*whole.take(), *rejected.take())


class _Columns:
    """Rows on their way into Arrow columns; they are converted where their fields say so."""

    def __init__(self, fields: Sequence[Field]) -> None:
        self._fields = fields
        self._schema = pa.schema([("source_row", pa.int64()), *((field.name, pa.string()) for field in fields)])
        self._blocks: list[pa.RecordBatch] = []
        self._rows: list[tuple[int, *tuple[str | None, ...]]] = []
        self.row_count = 0

    def add(self, number: int, values: Sequence[str | None]) -> None:
        self._rows.append((number, *values))
        self.row_count += 1

    def add_block(self, block: RowBlock) -> None:
        self._close_rows()
        self._append([block.numbers, *block.columns])
        self.row_count += len(block.numbers)

    def take(self) -> tuple[pa.Table, pa.ChunkedArray]:
        """Hand over the rows so far: the columns without the row numbers, and the row numbers."""
        self._close_rows()
        table = pa.Table.from_batches(self._blocks, schema=self._schema)
        self._blocks, self.row_count = [], 0
        return table.drop_columns(["source_row"]), table.column("source_row")

    def _close_rows(self) -> None:
        if self._rows:
            columns = zip(*self._rows, strict=True)
            self._append(
                [pa.array(column, type=field.type) for column, field in zip(columns, self._schema, strict=True)]
            )
            self._rows = []

    def _append(self, arrays: Sequence[pa.Array]) -> None:
        numbers, *columns = arrays
        converted = [_converted(column, field) for column, field in zip(columns, self._fields, strict=True)]
        self._blocks.append(pa.RecordBatch.from_arrays([numbers, *converted], schema=self._schema))


def _converted(column: pa.Array, field: Field) -> pa.Array:
    convert = field.convert
    if convert is None:
        return column
    return pa.array([value and convert(value) for value in column.to_pylist()], pa.string())
