"""Landing the files of a source that has several tables, each file told by its name."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from dataclasses import replace
from pathlib import Path

from shelfwise.landing.errors import LandingError
from shelfwise.landing.import_check import Incoming, Progress, TargetTable
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.results import ImportResult
from shelfwise.landing.source_paths import Formats, one_of, open_sources
from shelfwise.landing.tabular_import import import_files
from shelfwise.settings import Settings


def import_by_table(
    path: Path,
    targets: Mapping[str, TargetTable],
    formats: Formats,
    settings: Settings,
    progress: Progress | None = None,
    options: ImportOptions | None = None,
    *,
    table: str | None = None,
) -> ImportResult:
    """Land the files of ``path`` in the tables they are named after (`orders_2026-11-21.csv`).

    ``table`` says what they hold, whatever their names; a source of one table needs neither. Files whose names tell no
    table are left alone. Raises LandingError when `table` is none of `targets`, or no file's name tells its table; see
    also `import_files`.
    """
    first, choices = next(iter(targets.values())), one_of(tuple(targets))
    if table is not None and table not in targets:
        raise LandingError(f"{first.source} has no table `{table}`", remedy=f"Give --table {choices}.")
    only = first.table if len(targets) == 1 else table
    with open_sources(path, settings.spill_path, formats) as files:
        named = [(file, only or table_of(file.name, targets)) for file in files]
        incoming = [Incoming(file, targets[name]) for file, name in named if name]
        if not incoming:
            raise LandingError(
                "its name tells no table" if len(files) == 1 else "no file's name tells its table",
                file=str(path),
                remedy=f"Let the name begin with {choices}, as in {first.table}_2026-11-21.csv, or give --table.",
            )
        result = import_files(incoming, settings, progress, options)
        return replace(result, left_alone=tuple(file.label for file, name in named if not name))


def table_of(file_name: str, tables: Collection[str]) -> str | None:
    """Return the table that a file is named after: the longest that its name begins with, or None."""
    name = re.sub(r"[\s-]", "_", file_name.lower())
    named = [table for table in tables if re.match(rf"{re.escape(table)}(?![a-z])", name)]
    return max(named, key=len, default=None)
