"""Files of any source that the project declares: what its sources yml says is what an import expects."""

from __future__ import annotations

import re
from pathlib import Path

from shelfwise.landing.declared_tables import SourceTable, declared_tables
from shelfwise.landing.errors import LandingError
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.results import ImportResult
from shelfwise.landing.source_paths import READERS, Formats, one_of, open_sources
from shelfwise.landing.tabular import Field
from shelfwise.landing.tabular_import import REJECTED_TABLE, Incoming, Progress, TargetTable, import_files
from shelfwise.settings import Settings

# What an import adds to the columns of a file.
ADDED_COLUMNS = frozenset({"namespace", "source_file", "source_row", "file_sha256", "loaded_at"})
FORMATS = Formats(by_path=tuple(READERS), in_folders=tuple(READERS))


def import_declared(
    path: Path,
    settings: Settings,
    progress: Progress | None = None,
    options: ImportOptions | None = None,
    *,
    source: str,
    table: str | None = None,
) -> ImportResult:
    """Land the files of a source that ``models/staging/<source>/_<source>__sources.yml`` declares, as text.

    Where the source declares several tables, a file is of the one it is named after (`orders_2026-11-21.csv`) unless
    ``table`` says so; files with other names are left alone.

    Raises LandingError when nothing can be imported at all, and ShelfwiseError when nothing declares the source.
    """
    targets = {
        t.name: target_of(t) for t in declared_tables(settings.project_dir, [source]) if t.name != REJECTED_TABLE
    }
    if table is not None and table not in targets:
        raise LandingError(f"{source} declares no table `{table}`", remedy=f"Give --table {one_of(tuple(targets))}.")
    only = table or (next(iter(targets)) if len(targets) == 1 else None)
    with open_sources(path, settings.spill_path, FORMATS) as files:
        incoming = [
            Incoming(file, targets[name]) for file in files if (name := only or table_of(file.name, tuple(targets)))
        ]
        if not incoming:
            raise LandingError(
                "no file's name tells its table",
                file=str(path),
                remedy=f"Name files after their table ({one_of(tuple(targets))}), or give --table.",
            )
        return import_files(incoming, settings, progress, options)


def target_of(table: SourceTable) -> TargetTable:
    """Return what an import expects of the files of a declared table.

    Raises LandingError when a column is declared as another type than the text it lands as.
    """
    columns = {name: type_ for name, type_ in table.columns.items() if name not in ADDED_COLUMNS}
    if typed := [name for name, type_ in columns.items() if type_ != "string"]:
        raise LandingError(
            f"an import lands text, but {table.source_name}.{table.name} declares {typed[0]} as {columns[typed[0]]}",
            remedy="Declare it as string, and cast it in the staging model.",
        )
    fields = tuple(Field(name, (name,), name in table.optional_columns) for name in columns)
    return TargetTable(table.source_name, table.name, fields, names_people=True)


def table_of(file_name: str, tables: tuple[str, ...]) -> str | None:
    """Return the table that a file is named after: the longest that it begins with."""
    name = re.sub(r"[\s-]", "_", file_name.lower())
    named = [table for table in tables if re.match(rf"{re.escape(table)}(?![a-z])", name)]
    return max(named, key=len, default=None)
