"""Shops as Parquet files below ``landing/``: the rows of all shops side by side, as a multi-shop warehouse has them."""

from __future__ import annotations

import hashlib
import os
from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq
from shops import LandedFile, Row, Shop

# Later than anything the shops tell of, but for what is meant to be impossible.
FIRST_LANDING_DATE = date(2026, 4, 1)

TYPED_COLUMNS = {
    "web.events": {
        "message_id": pa.string(),
        "type": pa.string(),
        "event": pa.string(),
        "occurred_at": pa.timestamp("us"),
        "received_at": pa.timestamp("us"),
        "anonymous_id": pa.string(),
        "user_id": pa.string(),
        "product_id": pa.string(),
        "quantity": pa.int64(),
        "price": pa.decimal128(18, 2),
        "currency": pa.string(),
        "order_id": pa.string(),
        "query": pa.string(),
        "list_id": pa.string(),
        "position": pa.int64(),
        "recommendation_id": pa.string(),
        "page_url": pa.string(),
        "user_agent": pa.string(),
        "products": pa.string(),
    }
}
TEXT_COLUMNS = {
    "rees46.events": """
        event_time event_type product_id category_id category_code brand price user_id user_session
    """,
    "shop.products": """
        product_id title category_path brand price currency in_stock is_replenishable image_url updated_at
    """,
    "shop.customers": "customer_id created_at country contact_hash updated_at",
    "shop.orders": "order_id customer_id device_id ordered_at country currency is_test updated_at",
    "shop.order_lines": "order_line_id order_id product_id occurred_at quantity unit_price currency updated_at",
}
COLUMNS = TYPED_COLUMNS | {
    table: dict.fromkeys(columns.split(), pa.string()) for table, columns in TEXT_COLUMNS.items()
}


def land(shops: Iterable[Shop], batch: int, landing: Path) -> None:
    """Write what lands before run `batch` of all shops."""
    shared: dict[tuple[str, int], list[tuple[str, Row]]] = defaultdict(list)
    for shop in shops:
        files_so_far: dict[str, int] = defaultdict(int)
        for file in shop.files:
            if file.batch != batch:
                continue
            rows = [(shop.namespace, row) for row in file.rows]
            if file.name:
                superseded = own_path(shop, named(shop, file.supersedes, file.table)) if file.supersedes else None
                write(landing, own_path(shop, file), rows, superseded)
            else:
                files_so_far[file.table] += 1
                shared[file.table, files_so_far[file.table]].extend(rows)
    for (table, number), rows in shared.items():
        write(landing, landing_path(table, batch, f"part-{number}"), rows)


def remove_fleeting(shops: Iterable[Shop], batch: int, landing: Path) -> None:
    """Remove the fleeting files that landed for run `batch`."""
    for shop in shops:
        for file in shop.files:
            if file.is_fleeting and file.batch == batch:
                (landing / own_path(shop, file)).unlink()


def link_files(landed: Path, paths: Iterable[Path], landing: Path) -> None:
    """Give another data folder some of the files below `landed`."""
    for path in paths:
        target = landing / path.relative_to(landed)
        target.parent.mkdir(parents=True, exist_ok=True)
        os.link(path, target)


def landing_path(table: str, batch: int, name: str) -> str:
    source, _, table_name = table.partition(".")
    return f"{source}/{table_name}/dt={FIRST_LANDING_DATE + timedelta(days=batch)}/{name}.parquet"


def own_path(shop: Shop, file: LandedFile) -> str:
    return landing_path(file.table, file.batch, f"{shop.namespace}-{file.name}")


def named(shop: Shop, name: str, table: str) -> LandedFile:
    return next(file for file in shop.files if file.name == name and file.table == table)


def write(landing: Path, place: str, rows: list[tuple[str, Row]], superseded: str | None = None) -> None:
    source, table_name, folder, _ = place.split("/")
    columns = COLUMNS[f"{source}.{table_name}"]
    table = pa.table(
        {name: pa.array([row.values.get(name) for _, row in rows], kind) for name, kind in columns.items()}
    )
    # the same rows are the same file, wherever it lands
    sha256 = hashlib.sha256(repr([(namespace, dict(row.values)) for namespace, row in rows]).encode()).hexdigest()
    provenance = {
        "namespace": pa.array([namespace for namespace, _ in rows]),
        "source_file": pa.array([Path(place).name] * len(rows)),
        "source_row": pa.array(range(1, len(rows) + 1), pa.int64()),
        "file_sha256": pa.array([sha256] * len(rows)),
        "loaded_at": pa.array(
            [datetime.combine(date.fromisoformat(folder[3:]), time(3))] * len(rows), pa.timestamp("us")
        ),
    }
    for name, column in provenance.items():
        table = table.append_column(name, column)
    metadata = {"source_file": Path(place).name, "file_sha256": sha256}
    if superseded:
        metadata["supersedes"] = superseded
    path = landing / place
    path.parent.mkdir(parents=True, exist_ok=True)
    pq.write_table(table.replace_schema_metadata(metadata), path)
