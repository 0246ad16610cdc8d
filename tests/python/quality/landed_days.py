"""Days of a wholesaler as Online Retail's files have them, good until a test breaks them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date, datetime, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from shelfwise.landing.files import add_provenance, landing_file_path, write_landing_file
from shelfwise.settings import Settings

DAYS = (date(2026, 3, 2), date(2026, 3, 3))
ROWS_A_DAY = 200


def order_lines(day: date) -> pa.Table:
    """A good day: all text, a quarter of the lines without a customer."""
    numbers = range(ROWS_A_DAY)
    midnight = datetime.combine(day, datetime.min.time())
    return pa.table(
        {
            "invoice_no": [f"{'C' if n % 50 == 0 else ''}{536000 + n // 5}" for n in numbers],
            "stock_code": [f"{22000 + n % 37}" for n in numbers],
            "description": [f"CAFÉ MUG {n % 37}" for n in numbers],
            "quantity": [str(-1 if n % 50 == 0 else 1 + n % 12) for n in numbers],
            "invoice_date": [str(midnight + timedelta(minutes=n)) for n in numbers],
            "unit_price": [f"{0.85 + n % 17:.2f}" for n in numbers],
            "customer_id": ["" if n % 4 == 0 else f"{12346 + n % 90}.0" for n in numbers],
            "country": ["United Kingdom" if n % 9 else "France" for n in numbers],
        }
    )


def land(settings: Settings, day: date, rows: pa.Table) -> Path:
    """Land a day as the importer does."""
    source_file, sha256 = f"{day}.csv", "ab" * 32
    table = add_provenance(rows, source_file=source_file, file_sha256=sha256, loaded_at=datetime(2026, 3, 4))
    path = landing_file_path(settings.landing_path, "online_retail", "order_lines", day, day.isoformat())
    return write_landing_file(table, path, source_file=source_file, file_sha256=sha256)


def change_files(settings: Settings, change: Callable[[pa.Table], pa.Table]) -> None:
    """Pass every landed file through a function."""
    for path in settings.landing_path.rglob("*.parquet"):
        table = pq.read_table(path, partitioning=None)
        pq.write_table(change(table).replace_schema_metadata(table.schema.metadata), path)


def change_values(column: str, change: Callable[[str], str | None]) -> Callable[[pa.Table], pa.Table]:
    """Return a function that passes a column of a table through another."""

    def changed(table: pa.Table) -> pa.Table:
        values = pa.array([change(value) for value in table.column(column).to_pylist()], pa.string())
        return table.set_column(table.schema.get_field_index(column), column, values)

    return changed
