"""The shop's database, as far as the sample shop has one: an order placed on its pages lands with those simulated."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import pyarrow as pa

from shelfwise.landing.files import add_provenance, landing_file_path, write_landing_file
from shelfwise.privacy.landing_guard import LandingGuard
from shelfwise.settings import Settings

SOURCE = "sample_shop"
# Where the simulator's guests order from, too.
SHOP_COUNTRY = "GB"
MONEY = pa.decimal128(18, 2)

ORDERS = pa.schema(
    {
        "order_id": pa.string(),
        "customer_id": pa.string(),
        "device_id": pa.string(),
        "ordered_at": pa.timestamp("us"),
        "country": pa.string(),
        "currency": pa.string(),
        "is_test": pa.bool_(),
        "updated_at": pa.timestamp("us"),
    }
)
ORDER_LINES = pa.schema(
    {
        "order_line_id": pa.string(),
        "order_id": pa.string(),
        "product_id": pa.string(),
        "occurred_at": pa.timestamp("us"),
        "quantity": pa.int64(),
        "unit_price": MONEY,
        "currency": pa.string(),
        "updated_at": pa.timestamp("us"),
    }
)


def land_order(
    settings: Settings,
    order_id: str,
    *,
    device_id: str,
    customer_id: str | None,
    country: str,
    lines: Sequence[Mapping[str, Any]],
    ordered_at: datetime,
) -> None:
    """Land an order and its lines, each of product_id, quantity, price and currency; ids are the shop's own.

    ``ordered_at`` is UTC without an offset. Where it returns, both files are on disk; the lines come first, for lines
    without an order are rejected and said, while an order without lines would pass for an empty one. Raises OSError
    when the disk does not take them.
    """
    order = {
        "order_id": order_id,
        "customer_id": customer_id,
        "device_id": device_id,
        "ordered_at": ordered_at,
        "country": country,
        "currency": next((line["currency"] for line in lines if line["currency"]), None),
        "is_test": False,
        "updated_at": ordered_at,
    }
    rows = [
        {
            "order_line_id": f"{order_id}-{number}",
            "order_id": order_id,
            "product_id": line["product_id"],
            "occurred_at": ordered_at,
            "quantity": line["quantity"],
            "unit_price": None if line["price"] is None else round(Decimal(str(line["price"])), 2),
            "currency": line["currency"],
            "updated_at": ordered_at,
        }
        for number, line in enumerate(lines, 1)
    ]
    _land(settings, "order_lines", order_id, pa.Table.from_pylist(rows, ORDER_LINES), ordered_at)
    _land(settings, "orders", order_id, pa.Table.from_pylist([order], ORDERS), ordered_at)


def _land(settings: Settings, table_name: str, order_id: str, rows: pa.Table, landed_at: datetime) -> None:
    path = landing_file_path(settings.landing_path, SOURCE, table_name, landed_at.date(), f"{table_name}-{order_id}")
    # there is no file that the rows came from
    digest = hashlib.sha256(repr(rows.to_pylist()).encode()).hexdigest()
    table = add_provenance(rows, source_file=path.name, file_sha256=digest, loaded_at=landed_at)
    guard = LandingGuard.of(settings, SOURCE)
    write_landing_file(table, path, source_file=path.name, file_sha256=digest, guard=guard)
