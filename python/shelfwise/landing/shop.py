"""A shop's own database: products, customers, orders and order lines as it exports them, a row a version."""

from __future__ import annotations

import hashlib
import re
from dataclasses import replace
from pathlib import Path

from shelfwise.landing.errors import LandingError
from shelfwise.landing.import_check import Incoming, Progress, TargetTable
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.results import ImportResult
from shelfwise.landing.source_paths import Formats, one_of, open_sources
from shelfwise.landing.tabular import Field, fields_named
from shelfwise.landing.tabular_import import import_files
from shelfwise.settings import Settings

SOURCE = "shop"
FORMATS = Formats(by_path=(".csv", ".csv.gz", ".parquet"), in_folders=(".csv", ".csv.gz", ".parquet"))


def contact_hash(contact: str) -> str:
    """Return the SHA-256 of a normalised e-mail address; a hash stays as it is."""
    normalised = contact.strip().lower()
    if re.fullmatch(r"[0-9a-f]{64}", normalised) or not normalised:
        return normalised
    return hashlib.sha256(normalised.encode()).hexdigest()


# Whatever a shop calls the column, and whatever stands in it: no address lands.
CONTACT = Field(
    "contact_hash",
    ("contact_hash", "email_sha256", "email_hash", "email", "email_address", "contact_email", "customer_email"),
    optional=True,
    convert=contact_hash,
)

TABLES = {
    table: TargetTable(SOURCE, table, fields, names_people=True)
    for table, fields in {
        "products": (
            *fields_named("product_id", "title", "category_path"),
            *fields_named("brand", optional=True),
            *fields_named("price", "currency"),
            *fields_named("in_stock", "is_replenishable", "image_url", optional=True),
            *fields_named("updated_at"),
        ),
        "customers": (*fields_named("customer_id", "created_at", "country"), CONTACT, *fields_named("updated_at")),
        "orders": (
            *fields_named("order_id", "customer_id"),
            *fields_named("device_id", optional=True),
            *fields_named("ordered_at", "country", "currency"),
            *fields_named("is_test", optional=True),
            *fields_named("updated_at"),
        ),
        "order_lines": fields_named(
            "order_line_id", "order_id", "product_id", "occurred_at", "quantity", "unit_price", "currency", "updated_at"
        ),
    }.items()
}


def import_shop(
    path: Path,
    settings: Settings,
    progress: Progress | None = None,
    options: ImportOptions | None = None,
    *,
    table: str | None = None,
) -> ImportResult:
    """Land a shop's exports from a folder, a single CSV or Parquet file, or a zip archive.

    Files are told by their names (`orders.csv`, `orders_2026-11-21.csv`) unless ``table`` says what they hold; those
    with other names are left alone. A file names e-mail addresses only until here: they land as SHA-256.

    Raises LandingError when nothing can be imported at all, `table` is none of the four, or no file has a name that
    tells its table.
    """
    if table is not None and table not in TABLES:
        raise LandingError(f"a shop has no table `{table}`", remedy=f"Give --table {one_of(tuple(TABLES))}.")
    with open_sources(path, settings.spill_path, FORMATS) as sources:
        files = [Incoming(source, TABLES[name]) for source in sources if (name := table or table_of(source.name))]
        if not files:
            raise LandingError(
                "its name tells no table" if len(sources) == 1 else "no file's name tells its table",
                file=str(path),
                remedy=f"Name files after their table ({one_of(tuple(TABLES))}), as in orders.csv or "
                "orders_2026-11-21.csv, or import a single one with --table.",
            )
        result = import_files(files, settings, progress, options)
        chosen = {file.source.label for file in files}
        return replace(result, left_alone=tuple(source.label for source in sources if source.label not in chosen))


def table_of(file_name: str) -> str | None:
    """Return the table that a file is named after, or None."""
    name = file_name.lower().replace("-", "_")
    found = re.match(r"(products|customers|orders|order_lines)(?![a-z])", name)
    return found.group(1) if found else None
