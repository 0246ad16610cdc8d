"""UCI "Online Retail" and "Online Retail II": order lines of a UK gift wholesaler (Dr Daqing Chen, CC BY 4.0)."""

from __future__ import annotations

from pathlib import Path

from shelfwise.landing.import_check import Progress, TargetTable
from shelfwise.landing.import_options import ImportOptions
from shelfwise.landing.results import ImportResult
from shelfwise.landing.source_paths import Formats
from shelfwise.landing.tabular import Field
from shelfwise.landing.tabular_import import import_table
from shelfwise.settings import Settings

# The later names are those of Online Retail II.
ORDER_LINES = TargetTable(
    source="online_retail",
    table="order_lines",
    fields=(
        Field("invoice_no", ("InvoiceNo", "Invoice")),
        Field("stock_code", ("StockCode",)),
        Field("description", ("Description",)),
        Field("quantity", ("Quantity",)),
        Field("invoice_date", ("InvoiceDate",)),
        Field("unit_price", ("UnitPrice", "Price")),
        Field("customer_id", ("CustomerID",)),
        Field("country", ("Country",)),
    ),
)
FORMATS = Formats(by_path=(".csv", ".csv.gz", ".xlsx"), in_folders=(".csv", ".csv.gz"))


def import_online_retail(
    path: Path, settings: Settings, progress: Progress | None = None, options: ImportOptions | None = None
) -> ImportResult:
    """Land Online Retail from a folder of CSV files, one CSV file, UCI's workbook, or the zip archive around it.

    The command line should print ``result.summary()``, each of ``result.errors`` to standard error, and exit with 0
    when ``result.succeeded`` (also when everything had landed before), else with 1. ``progress`` gets short texts, of
    which the latest is worth showing.

    Raises LandingError when nothing can be imported at all: the path does not exist or holds no such file, another
    import is running, or landing cannot be written.
    """
    return import_table(path, ORDER_LINES, FORMATS, settings, progress, options)
