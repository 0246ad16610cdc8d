"""The landed files as tables, in a database of the gate's own.

For each declared source table `t` there are, in memory and without copying a row:

* `t`: the rows of the batch, every declared column present and of its declared type (null where a file has no such
  column, a value does not convert, or text is empty), plus `landing_file`;
* `t__files`: one row a file: `landing_file`, `row_count`, `problem` (null: it can be read);
* `t__columns`: one row a file and column, declared or found: `landing_file`, `column_name`, `declared_type`,
  `found_type`;
* `t__conversions`: one row a column that was found in another type: `column_name`, `declared_type`, `found_type`,
  `unconvertible_count`.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from shelfwise.landing.declared_tables import SourceTable
from shelfwise.landing.integrity import damage_of
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build, quote_name, quote_text

FILES, COLUMNS, CONVERSIONS = "__files", "__columns", "__conversions"
MIN_BATCH_ROWS = 500


def loaded_files(settings: Settings) -> frozenset[str]:
    """Return the landed files that an earlier run took into the marts, by the build database's registry.

    Empty when there is no build database yet. Raises ShelfwiseError when another process is writing it.
    """
    if not settings.build_database.is_file():
        return frozenset()
    with connect_build(settings) as connection:
        try:
            rows = connection.execute(
                "select landing_file from landing.landing_files where loaded_at is not null"
            ).fetchall()
        except duckdb.CatalogException:  # no dbt command got as far as making the registry
            return frozenset()
    return frozenset(landing_file for (landing_file,) in rows)


def register_landed(
    connection: duckdb.DuckDBPyConnection, settings: Settings, table: SourceTable, loaded: frozenset[str] = frozenset()
) -> int:
    """Make the four relations of `table` in `connection`, and return how many rows its view has.

    The rows are those of the batch at the door (see `_batch`), so that a broken file is not lost among years of good
    ones. Files that cannot be read, or whose bytes have changed, are set aside, with the reason. A file that another
    supersedes is not looked at: what it broke is mended.
    """
    connection.execute("set parquet_metadata_cache = true")  # landed files never change
    landing = settings.landing_path
    paths = sorted(str(path) for path in (landing / table.source_name / table.name).glob("dt=*/*.parquet"))
    problems = _unreadable(connection, paths)
    problems |= _damaged(landing, [path for path in paths if path not in problems], loaded)
    superseded = _superseded(connection, landing, [path for path in paths if path not in problems])
    readable = [path for path in paths if path not in problems and path not in superseded]
    _register_files(connection, landing, table, readable, problems)
    _register_columns(connection, landing, table, readable)
    return _register_rows(connection, landing, table, _batch(connection, landing, table, loaded))


def _batch(
    connection: duckdb.DuckDBPyConnection, landing: Path, table: SourceTable, loaded: frozenset[str]
) -> list[str]:
    """Return the files to judge: those not loaded yet.

    Shares of a few rows say little, so a batch below `MIN_BATCH_ROWS` is judged with the newest files before it.
    """
    newest_first = connection.execute(
        f"select landing_file, row_count from {table.table}{FILES} where problem is null order by landing_file desc"
    ).fetchall()
    batch = [(name, row_count) for name, row_count in newest_first if name not in loaded]
    row_total = sum(row_count for _, row_count in batch)
    for name, row_count in newest_first:
        if row_total < MIN_BATCH_ROWS and name in loaded:
            batch.append((name, row_count))
            row_total += row_count
    return [str(landing / name) for name, _ in sorted(batch)]


def _superseded(connection: duckdb.DuckDBPyConnection, landing: Path, paths: list[str]) -> frozenset[str]:
    """Return the files that others correct, as the key-value metadata of these says."""
    if not paths:
        return frozenset()
    rows = connection.execute(
        "select decode(value) from parquet_kv_metadata(?) where decode(key) = 'supersedes'", [paths]
    ).fetchall()
    return frozenset(str(landing / landing_file) for (landing_file,) in rows)


def _unreadable(connection: duckdb.DuckDBPyConnection, paths: list[str]) -> dict[str, str]:
    """Return what is wrong with each file whose footer cannot be read."""
    if not paths:
        return {}
    try:
        connection.execute("select count(*) from parquet_file_metadata(?)", [paths]).fetchall()
    except duckdb.Error:
        return {path: reason for path in paths if (reason := _problem_of(connection, path))}
    return {}


def _damaged(landing: Path, paths: list[str], loaded: frozenset[str]) -> dict[str, str]:
    """Return what the disk has changed in each file that no run has loaded yet; DuckDB reads over it."""
    new = [path for path in map(Path, paths) if path.relative_to(landing).as_posix() not in loaded]
    return {str(path): damage for path in new if (damage := damage_of(path))}


def _problem_of(connection: duckdb.DuckDBPyConnection, path: str) -> str:
    try:
        connection.execute("select count(*) from parquet_file_metadata(?)", [path]).fetchall()
    except duckdb.Error as error:
        return str(error).splitlines()[0].replace(path, Path(path).name)
    return ""


def _register_files(
    connection: duckdb.DuckDBPyConnection,
    landing: Path,
    table: SourceTable,
    readable: list[str],
    problems: dict[str, str],
) -> None:
    connection.execute(f"create table {table.table}{FILES} (landing_file text, row_count bigint, problem text)")
    if readable:
        connection.execute(f"""
            insert into {table.table}{FILES}
            select {_landing_file(landing, "file_name")}, num_rows, null from parquet_file_metadata({_list(readable)})
        """)
    for path, problem in problems.items():
        connection.execute(
            f"insert into {table.table}{FILES} values (?, null, ?)", [str(Path(path).relative_to(landing)), problem]
        )


def _register_columns(
    connection: duckdb.DuckDBPyConnection, landing: Path, table: SourceTable, paths: list[str]
) -> None:
    declared = ", ".join(
        f"({quote_text(name)}, {quote_text(type_)}, {str(name in table.optional_columns).lower()})"
        for name, type_ in table.columns.items()
    )
    found = (
        f"select {_landing_file(landing, 'file_name')} as landing_file, name as column_name, duckdb_type as found_type "
        f"from parquet_schema({_list(paths)}) where column_id > 0 and duckdb_type is not null"
        if paths
        else "select null::text as landing_file, null::text as column_name, null::text as found_type where false"
    )
    connection.execute(f"""
        create table {table.table}{COLUMNS} as
        with
        declared(column_name, declared_type, is_optional) as (values {declared}),
        found as ({found}),
        files as (select distinct landing_file from found),
        expected as (select landing_file, column_name, declared_type, is_optional from files cross join declared)
        select landing_file, column_name, expected.declared_type, found.found_type
        from expected full join found using (landing_file, column_name)
        where found.found_type is not null or not expected.is_optional
        order by landing_file, column_name
    """)


def _register_rows(connection: duckdb.DuckDBPyConnection, landing: Path, table: SourceTable, paths: list[str]) -> int:
    """Make the view of the rows, and count what does not convert to its declared type."""
    reader, found = _reader(connection, table, paths)
    connection.execute(f"create view {table.table} as {_rows_of(landing, table, paths, reader, found)}")
    connection.execute(
        f"create table {table.table}{CONVERSIONS} "
        "(column_name text, declared_type text, found_type text, unconvertible_count bigint)"
    )
    for name, type_ in table.columns.items():
        if name in found and not _same_type(connection, found[name], type_):
            column = quote_name(name)
            count = f"count(*) filter (where {column} is not null and try_cast({column} as {type_}) is null)"
            connection.execute(
                f"insert into {table.table}{CONVERSIONS} select ?, ?, ?, {count} from {reader}",
                [name, type_, found[name]],
            )
    return int(connection.execute(f"select count(*) from {table.table}").fetchall()[0][0])


def rows_of(connection: duckdb.DuckDBPyConnection, landing: Path, table: SourceTable, paths: list[str]) -> str:
    """Return a query for the rows of some files of a table that `register_landed` has registered, as its view reads."""
    return _rows_of(landing, table, paths, *_reader(connection, table, paths))


def _reader(connection: duckdb.DuckDBPyConnection, table: SourceTable, paths: list[str]) -> tuple[str, dict[str, str]]:
    """Return SQL that reads the files, and the columns that it finds with their types."""
    # Reconciling the schemas of many files costs time at every query; it is needed only where they differ.
    union = str(_files_differ(connection, table)).lower()
    reader = f"read_parquet({_list(paths)}, union_by_name = {union}, filename = true, hive_partitioning = false)"
    if not paths:
        return reader, {}
    return reader, dict(
        connection.execute(f"select column_name, column_type from (describe select * from {reader})").fetchall()
    )


def _rows_of(landing: Path, table: SourceTable, paths: list[str], reader: str, found: dict[str, str]) -> str:
    selected = [
        f"{_read_as(name, type_)} as {quote_name(name)}"
        if name in found
        else f"cast(null as {type_}) as {quote_name(name)}"
        for name, type_ in table.columns.items()
    ]
    origin = f"{_landing_file(landing, 'filename')} as landing_file from {reader}"
    return f"select {', '.join(selected)}, " + (origin if paths else "cast(null as text) as landing_file where false")


def _files_differ(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> bool:
    """Tell whether some column is not in every file, or not of one type."""
    found = connection.execute(f"""
        with files as (select count(distinct landing_file) as file_count from {table.table}{COLUMNS})
        select 1 from {table.table}{COLUMNS} where found_type is not null
        group by column_name having count(*) <> (select file_count from files) or count(distinct found_type) > 1
    """).fetchall()
    return bool(found)


def _read_as(name: str, type_: str) -> str:
    """Return SQL for a column in its declared type; empty text says nothing, so it is null as staging has it."""
    value = f"try_cast({quote_name(name)} as {type_})"
    return f"nullif(trim({value}), '')" if type_ == "string" else value


def _same_type(connection: duckdb.DuckDBPyConnection, found: str, declared: str) -> bool:
    """Tell whether two spellings name one DuckDB type (`string` is `VARCHAR`)."""
    same = connection.execute(f"select typeof(cast(null as {declared})) = ?", [found]).fetchall()
    return bool(same[0][0])


def _landing_file(landing: Path, column: str) -> str:
    """Return SQL for a file's path below the landing folder."""
    return f"substr({column}, {len(str(landing)) + 2})"


def _list(paths: list[str]) -> str:
    return "[" + ", ".join(quote_text(path) for path in paths) + "]"
