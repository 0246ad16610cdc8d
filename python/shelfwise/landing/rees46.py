"""REES46: views, carts and purchases of a multi-category store, 285 million rows in monthly CSV files."""

from __future__ import annotations

from pathlib import Path

from shelfwise.landing.import_check import Progress, TargetTable
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.results import ImportResult
from shelfwise.landing.source_paths import Formats
from shelfwise.landing.tabular import fields_named
from shelfwise.landing.tabular_import import import_table
from shelfwise.settings import Settings

EVENTS = TargetTable(
    source="rees46",
    table="events",
    fields=fields_named(
        "event_time",
        "event_type",
        "product_id",
        "category_id",
        "category_code",
        "brand",
        "price",
        "user_id",
        "user_session",
    ),
)
FORMATS = Formats(by_path=(".csv", ".csv.gz"), in_folders=(".csv", ".csv.gz"))


def import_rees46(
    path: Path, settings: Settings, progress: Progress | None = None, options: ImportOptions | None = None
) -> ImportResult:
    """Land REES46's log from a folder of CSV files, plain or packed with gzip, a single one, or a zip archive.

    Raises LandingError when nothing can be imported at all; see `import_table`.
    """
    return import_table(path, EVENTS, FORMATS, settings, progress, options)
