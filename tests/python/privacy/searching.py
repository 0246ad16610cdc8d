"""Where a word stands in a data folder: tables and Parquet decoded, every file as the bytes it has on disk."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from pathlib import Path

import duckdb
import pyarrow.parquet as pq


def places(data: Path, words: Sequence[str]) -> set[str]:
    """Return where any of the words stands: `file`, or `file: table.column`."""
    found: set[str] = set()
    for path in sorted(data.rglob("*")):
        if path.is_symlink() or not path.is_file():
            continue
        name = path.relative_to(data).as_posix()
        if any(word in name for word in words):
            found.add(f"{name} (its name)")
        if path.suffix == ".duckdb":
            found |= {f"{name}: {column}" for column in in_database(path, words)}
        elif path.suffix == ".parquet":
            found |= {f"{name}: {column}" for column in in_parquet(path, words)}
        # bytes of deleted rows stay in a database's file: it is searched as it lies on disk as well
        content = path.read_bytes()
        if any(word.encode() in content for word in words):
            found.add(name)
    return found


def in_database(path: Path, words: Sequence[str]) -> Iterator[str]:
    with duckdb.connect(str(path), read_only=True) as connection:
        columns = connection.execute(
            "select schema_name, table_name, column_name from duckdb_columns() where not internal"
        ).fetchall()
        for schema, table, column in columns:
            text = f'cast("{column}" as varchar)'
            condition = " or ".join(f"contains({text}, ?)" for _ in words)
            query = f'select count(*) from "{schema}"."{table}" where {condition}'
            try:
                if connection.execute(query, list(words)).fetchall()[0][0]:
                    yield f"{table}.{column}"
            except duckdb.IOException:  # a view over files that are gone
                continue


def in_parquet(path: Path, words: Sequence[str]) -> Iterator[str]:
    table = pq.ParquetFile(path).read()
    for name in table.column_names:
        if any(word in str(value) for value in table.column(name).to_pylist() for word in words):
            yield name
    for key, value in (table.schema.metadata or {}).items():
        if any(word.encode() in value for word in words):
            yield key.decode()
