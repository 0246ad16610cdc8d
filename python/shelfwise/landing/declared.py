"""Files of any source that the project declares: what its sources yml says is what an import expects."""

from __future__ import annotations

from pathlib import Path

from shelfwise.landing.contacts import CONTACT
from shelfwise.landing.declared_tables import SourceTable, declared_tables
from shelfwise.landing.errors import LandingError
from shelfwise.landing.files_by_table import import_by_table
from shelfwise.landing.import_check import Progress, TargetTable
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.results import ImportResult
from shelfwise.landing.source_paths import READERS, Formats
from shelfwise.landing.tabular import Field
from shelfwise.landing.tabular_import import REJECTED_TABLE
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
    declared = declared_tables(settings.project_dir, [source])
    targets = {each.name: target_of(each) for each in declared if each.name != REJECTED_TABLE}
    return import_by_table(path, targets, FORMATS, settings, progress, options, table=table)


def target_of(table: SourceTable) -> TargetTable:
    """Return what an import expects of the files of a declared table; what `contact_hash` holds is hashed.

    Raises LandingError when a column is declared as another type than the text it lands as.
    """
    columns = {name: type_ for name, type_ in table.columns.items() if name not in ADDED_COLUMNS}
    if typed := [name for name, type_ in columns.items() if type_ != "string"]:
        raise LandingError(
            f"an import lands text, but {table.source_name}.{table.name} declares {typed[0]} as {columns[typed[0]]}",
            remedy="Declare it as string, and cast it in the staging model.",
        )
    fields = tuple(
        CONTACT if name == CONTACT.name else Field(name, (name,), name in table.optional_columns) for name in columns
    )
    return TargetTable(table.source_name, table.name, fields, names_people=True)
