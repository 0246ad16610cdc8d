"""Parquet files as a source of rows, each value as text; nested values as JSON."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass

import duckdb
import pyarrow as pa

from shelfwise.landing.errors import LandingError
from shelfwise.landing.source_file import SourceFile
from shelfwise.landing.tabular import Field, Header, RowBlock, absent_columns_note, match_header, unused_columns_note

BLOCK_ROWS = 50_000
READER = "read_parquet($path, file_row_number = true, binary_as_string = true, hive_partitioning = false)"


@dataclass(frozen=True)
class ParquetSource(SourceFile):
    """A Parquet file, read by DuckDB block by block."""

    def check(self, fields: Sequence[Field]) -> tuple[str, ...]:
        """See `TabularSource.check`."""
        with self._connect() as connection:
            header = self._header(self._types(connection), fields)
            counted = connection.execute(f"select count(*) from {READER}", self._parameters).fetchall()
        if counted == [(0,)]:
            raise LandingError("it holds no rows", file=self.label, remedy="Export the file again, or leave it out.")
        return (*unused_columns_note(header), *absent_columns_note(header, fields))

    def read(self, fields: Sequence[Field]) -> Iterator[RowBlock]:
        """See `TabularSource.read`."""
        with self._connect() as connection:
            types = self._types(connection)
            names = [None if at is None else list(types)[at] for at in self._header(types, fields).positions]
            texts = ["cast(null as varchar)" if name is None else _as_text(name, types[name]) for name in names]
            columns = ", ".join(f"{text} as column_{number}" for number, text in enumerate(texts))
            rows = connection.sql(f"select file_row_number + 1, {columns} from {READER}", params=self._parameters)
            for batch in rows.to_arrow_reader(BLOCK_ROWS):
                numbers, *values = batch.columns
                yield RowBlock(numbers.cast(pa.int64()), [value.cast(pa.string()) for value in values])

    @property
    def _parameters(self) -> dict[str, str]:
        return {"path": str(self.path)}

    def _types(self, connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
        """Return the file's columns and DuckDB's types of them."""
        described = connection.execute(
            f"select column_name, column_type from (describe select * exclude (file_row_number) from {READER})",
            self._parameters,
        )
        return dict(described.fetchall())

    def _header(self, types: dict[str, str], fields: Sequence[Field]) -> Header:
        return match_header(list(types), fields, self.label, place="Its columns")

    @contextmanager
    def _connect(self) -> Iterator[duckdb.DuckDBPyConnection]:
        """Open a database in memory; what damage makes DuckDB raise becomes a LandingError."""
        try:
            with duckdb.connect(config={"threads": "1"}) as connection:
                connection.execute("set timezone = 'UTC'")
                yield connection
        except duckdb.Error as error:
            raise LandingError(
                f"it cannot be read as Parquet ({str(error).splitlines()[0]})",
                file=self.label,
                remedy="Export or download it again.",
            ) from error


def _as_text(name: str, type_: str) -> str:
    """Return SQL for a column as text, JSON where it is nested."""
    column = '"' + name.replace('"', '""') + '"'
    is_nested = type_.startswith(("STRUCT", "MAP", "UNION")) or type_.endswith("]")
    return f"cast(to_json({column}) as varchar)" if is_nested else f"cast({column} as varchar)"
