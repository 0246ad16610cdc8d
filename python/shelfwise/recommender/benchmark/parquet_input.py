"""A Parquet file somebody hands to the benchmark: checked before anything is made of it."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb

from shelfwise.errors import ShelfwiseError
from shelfwise.warehouse.connections import quote_name, quote_text

# What a column may be, by the first word of DuckDB's type.
WHOLE_NUMBERS = ("TINYINT", "SMALLINT", "INTEGER", "BIGINT", "HUGEINT", "UTINYINT", "USMALLINT", "UINTEGER", "UBIGINT")
IDENTIFIERS = (*WHOLE_NUMBERS, "VARCHAR", "UUID")
MOMENTS = ("TIMESTAMP", "TIMESTAMP_S", "TIMESTAMP_MS", "TIMESTAMP_NS", "DATE")
NUMBERS = (*WHOLE_NUMBERS, "FLOAT", "DOUBLE", "DECIMAL")
LISTS = tuple(f"{name}[]" for name in IDENTIFIERS)


@dataclass(frozen=True)
class Column:
    """A column that a file must have, or may have, and the types that will do."""

    name: str
    types: tuple[str, ...]
    words: str
    is_required: bool = True


class ParquetInput:
    """A file with the columns that are asked for.

    Raises ShelfwiseError when it is no Parquet file, lacks a column, has one of another type, or no row.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection, path: Path, columns: tuple[Column, ...]) -> None:
        self.connection = connection
        self.path = path
        if not path.is_file():
            raise ShelfwiseError(f"there is no file {path}", remedy="Give the path of a Parquet file")
        self.relation = f"read_parquet({quote_text(str(path))}, file_row_number = true)"
        try:
            described = connection.execute(f"describe select * from {self.relation}").fetchall()
        except duckdb.Error as error:
            raise ShelfwiseError(
                f"{path} cannot be read as Parquet: {str(error).splitlines()[0]}",
                remedy="Write it with pyarrow, polars, DuckDB or pandas",
            ) from error
        self.types = {name: kind for name, kind, *_ in described if name != "file_row_number"}
        for column in columns:
            self._check_column(column)
        self.row_count = self.number(f"select count(*) from {self.relation}")
        if not self.row_count:
            raise ShelfwiseError(f"{path} has no rows", remedy="Check how it was written")
        for column in columns:
            if column.is_required:
                self.refuse_rows(
                    f"{quote_name(column.name)} is null", column.name, "is empty", "Give every row a value"
                )

    def _check_column(self, column: Column) -> None:
        found = self.types.get(column.name)
        if found is None:
            if not column.is_required:
                return
            raise ShelfwiseError(
                f"{self.path} has no column {column.name!r}; it has {', '.join(self.types)}",
                remedy=f"Name the column with {column.words} {column.name!r}",
            )
        if found.split("(")[0] not in column.types:
            raise ShelfwiseError(
                f"column {column.name!r} of {self.path} is {found}; it has to hold {column.words}",
                remedy="Convert it before writing the file",
            )

    def refuse_rows(self, condition: str, field: str, fault: str, remedy: str) -> None:
        """Raise ShelfwiseError naming the first row (from 1) that ``condition`` holds for."""
        row = self.connection.execute(
            f"select min(file_row_number) + 1, count(*) from {self.relation} where {condition}"
        ).fetchone()
        if row and row[0] is not None:
            more = f", and in {row[1] - 1:,} more" if row[1] > 1 else ""
            raise ShelfwiseError(f"{self.path}, row {row[0]:,}: {field} {fault}{more}", remedy=remedy)

    def number(self, query: str) -> int:
        """Return the one number that a query gives."""
        row = self.connection.execute(query).fetchone()
        return int(row[0]) if row else 0
