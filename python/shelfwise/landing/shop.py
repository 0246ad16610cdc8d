"""A shop's own database: products, customers, orders and order lines as it exports them, a row a version."""

from __future__ import annotations

from pathlib import Path

from shelfwise.landing.contacts import CONTACT
from shelfwise.landing.files_by_table import import_by_table
from shelfwise.landing.import_check import Progress, TargetTable
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.results import ImportResult
from shelfwise.landing.source_paths import Formats
from shelfwise.landing.tabular import fields_named
from shelfwise.settings import Settings

SOURCE = "shop"
FORMATS = Formats(by_path=(".csv", ".csv.gz", ".parquet"), in_folders=(".csv", ".csv.gz", ".parquet"))


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

    Files are told by their names (`orders.csv`, `orders_2026-11-21.csv`) unless ``table`` says what they hold. They
    name e-mail addresses only until here: these land as SHA-256.

    Raises LandingError when nothing can be imported at all; see `import_by_table`.
    """
    return import_by_table(path, TABLES, FORMATS, settings, progress, options, table=table)
