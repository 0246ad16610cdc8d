"""Small shops as the files that land: what the named cases write down and hypothesis generates."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from itertools import groupby

Value = str | int | datetime | None


@dataclass(frozen=True)
class Row:
    """A row of a landed table, such as ``web.events``; columns that are not named are null."""

    table: str
    values: Mapping[str, Value]

    def changed(self, **values: Value) -> Row:
        """The same row with other values in some columns."""
        return Row(self.table, {**self.values, **values})

    def __str__(self) -> str:
        told = ", ".join(f"{name}={value}" for name, value in self.values.items() if value is not None)
        return f"{self.table}({told})"


@dataclass(frozen=True)
class LandedFile:
    """Rows of one table that land in one file, before the run of their number.

    A file without a name is part of one that all shops of a warehouse share; a file of a shop's own has a name, and
    may supersede another by its name. A fleeting one is removed after a run that died, before that run is done again.
    """

    batch: int
    rows: tuple[Row, ...]
    name: str = ""
    supersedes: str = ""
    is_fleeting: bool = False

    @property
    def table(self) -> str:
        return self.rows[0].table


@dataclass(frozen=True)
class Shop:
    """A namespace of the warehouse and everything that lands for it."""

    namespace: str
    files: tuple[LandedFile, ...] = field(default=())

    @property
    def row_count(self) -> int:
        return sum(len(file.rows) for file in self.files if not file.is_fleeting)

    def __str__(self) -> str:
        lines = [f"shop {self.namespace}"]
        for file in sorted(self.files, key=lambda file: file.batch):
            name = f" as {file.name}" if file.name else ""
            supersedes = f" in the place of {file.supersedes}" if file.supersedes else ""
            lines.append(f"  load {file.batch}{name}{supersedes}")
            lines.extend(f"    {row}" for row in file.rows)
        return "\n".join(lines)


def load(batch: int, *rows: Row, name: str = "", supersedes: str = "", is_fleeting: bool = False) -> list[LandedFile]:
    """What lands before run `batch`: a file for each table that the rows are of."""
    by_table = groupby(sorted(rows, key=lambda row: row.table), key=lambda row: row.table)
    return [LandedFile(batch, tuple(group), name, supersedes, is_fleeting) for _, group in by_table]


def shop_of(namespace: str, *loads: Iterable[LandedFile]) -> Shop:
    return Shop(namespace, tuple(file for files in loads for file in files))


def event(
    message_id: str | None,
    at: str | datetime,
    name: str = "Product Viewed",
    *,
    device: str | None = "d1",
    customer: str | None = None,
    product: str | None = None,
    received: str | datetime | None = None,
    **values: Value,
) -> Row:
    """A track call of the website; received two seconds later unless said otherwise."""
    occurred_at = moment(at)
    about_one_product = name in {"Product Viewed", "Product Added", "Product Removed", "Product Clicked"}
    return Row(
        "web.events",
        {
            "message_id": message_id,
            "type": "track",
            "event": name,
            "occurred_at": occurred_at,
            "received_at": occurred_at + timedelta(seconds=2) if received is None else moment(received),
            "anonymous_id": device,
            "user_id": customer,
            "product_id": product or ("p1" if about_one_product else None),
            **values,
        },
    )


def page(message_id: str | None, at: str | datetime, *, device: str | None = "d1", **values: Value) -> Row:
    """A page call: it is about no product, so it needs no catalogue."""
    row = event(message_id, at, "", device=device, page_url=f"https://shop.example/{message_id}")
    return row.changed(**{"type": "page", "event": None, **values})


def shown(
    message_id: str | None,
    at: str | datetime,
    *products: str,
    recommendation: str | None = "r1",
    device: str | None = "d1",
    **values: Value,
) -> Row:
    """A list of recommendations that a page showed."""
    listed = json.dumps([{"product_id": product_id} for product_id in products])
    row = event(message_id, at, "Recommendation Viewed", device=device, products=listed, list_id="home")
    return row.changed(recommendation_id=recommendation, **values)


def clicked(
    message_id: str | None,
    at: str | datetime,
    product: str = "p1",
    *,
    recommendation: str | None = "r1",
    device: str | None = "d1",
    **values: Value,
) -> Row:
    """A click on a recommended product."""
    row = event(message_id, at, "Recommendation Clicked", device=device, product=product, list_id="home")
    return row.changed(recommendation_id=recommendation, **values)


def login(message_id: str | None, at: str | datetime, customer: str, *, device: str | None = "d1") -> Row:
    """An identify call: from now on the device is this customer's."""
    return event(message_id, at, "", device=device, customer=customer).changed(type="identify", event=None)


def product(product_id: str | None = "p1", updated: str = "2026-01-01 00:00:00", **values: Value) -> Row:
    """A version of a product, as text like every column of a database's export."""
    described = {"title": f"Product {product_id}", "category_path": "Home > Kitchen", "price": "10.00"}
    return Row(
        "shop.products", {"product_id": product_id, **described, "currency": "GBP", "updated_at": updated, **values}
    )


def customer(customer_id: str | None = "c1", updated: str = "2026-01-01 00:00:00", **values: Value) -> Row:
    described = {"created_at": "2026-01-01 00:00:00", "country": "GB", "contact_hash": f"hash of {customer_id}"}
    return Row("shop.customers", {"customer_id": customer_id, **described, "updated_at": updated, **values})


def order(
    order_id: str | None, at: str, *, customer: str | None = "c1", updated: str | None = None, **values: Value
) -> Row:
    described = {"customer_id": customer, "device_id": "d1", "ordered_at": at, "country": "GB", "currency": "GBP"}
    return Row("shop.orders", {"order_id": order_id, **described, "updated_at": updated or at, **values})


def order_line(
    order_line_id: str | None,
    order_id: str | None,
    at: str,
    *,
    quantity: str = "1",
    unit_price: str = "10.00",
    updated: str | None = None,
    **values: Value,
) -> Row:
    described = {"product_id": "p1", "occurred_at": at, "quantity": quantity, "unit_price": unit_price}
    return Row(
        "shop.order_lines",
        {
            "order_line_id": order_line_id,
            "order_id": order_id,
            **described,
            "currency": "GBP",
            "updated_at": updated or at,
            **values,
        },
    )


def logged(
    at: str | datetime,
    kind: str = "view",
    *,
    product: str | None = "1001",
    visitor: str | None = "71",
    price: str = "10.00",
    **values: Value,
) -> Row:
    """A line of a REES46 log, which has no ids of its own; its shop has no database."""
    described = {"product_id": product, "category_code": "electronics.audio", "brand": "acme", "price": price}
    told = {"event_time": f"{moment(at)} UTC", "event_type": kind, "user_id": visitor, "user_session": f"of {visitor}"}
    return Row("rees46.events", {**told, **described, **values})


def moment(at: str | datetime) -> datetime:
    return datetime.fromisoformat(at) if isinstance(at, str) else at
