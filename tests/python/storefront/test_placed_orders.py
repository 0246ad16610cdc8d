"""An order of the demo shop lands as its simulated ones do."""

from __future__ import annotations

import json
from pathlib import Path

import duckdb
import httpx
import pytest

from shelfwise.landing.declared_tables import declared_tables
from shelfwise.settings import Settings


def buy(website: httpx.Client) -> httpx.Response:
    """Put two products into the basket, three of one of them, and place the order."""
    website.post("/shop/cart", data={"product_id": "sample_shop:P2"})
    website.post("/shop/cart", data={"product_id": "sample_shop:P1", "units": "3"})
    return website.post("/shop/checkout")


def landed(settings: Settings, table: str) -> list[dict]:
    files = settings.landing_path / "sample_shop" / table / "dt=*" / "*.parquet"
    rows = duckdb.read_parquet(str(files), hive_partitioning=False).order("ALL")
    return rows.to_arrow_table().to_pylist()


def test_an_order_and_its_lines_land(website: httpx.Client, settings: Settings) -> None:
    website.post("/shop/sign-in", data={"customer_id": "C1"})
    device_id = website.cookies["shelfwise_device"]
    page = buy(website)
    (order,) = landed(settings, "orders")
    assert f"<code>{order['order_id']}</code>" in page.text
    assert (order["customer_id"], order["device_id"], order["currency"]) == ("C1", device_id, "GBP")
    lines = landed(settings, "order_lines")
    assert [
        (line["order_line_id"], line["product_id"], line["quantity"], str(line["unit_price"])) for line in lines
    ] == [
        (f"{order['order_id']}-1", "P2", 1, "1200.00"),
        (f"{order['order_id']}-2", "P1", 3, "12.50"),
    ]
    assert {line["occurred_at"] for line in lines} == {order["ordered_at"]}


@pytest.mark.parametrize("table", ["orders", "order_lines"])
def test_the_files_have_the_declared_columns(
    website: httpx.Client, settings: Settings, project_dir: Path, table: str
) -> None:
    buy(website)
    (row, *_) = landed(settings, table)
    (declared,) = (one for one in declared_tables(project_dir, ["sample_shop"]) if one.name == table)
    assert set(row) == set(declared.columns)


def test_a_guest_orders_too(website: httpx.Client, settings: Settings) -> None:
    buy(website)
    (order,) = landed(settings, "orders")
    assert (order["customer_id"], order["country"]) == (None, "GB")


def test_a_disk_that_takes_no_order_says_so_and_keeps_the_basket(
    website: httpx.Client, settings: Settings, monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_arguments: object, **_options: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("shelfwise.storefront.orders.write_landing_file", full)
    answer = buy(website)
    assert answer.status_code == 503
    assert json.loads(answer.text)["detail"] == "the order cannot be kept: No space left on device"
    assert "Your basket" in website.get("/shop/cart").text
    assert website.get("/shop/checkout").url.path == "/shop/checkout"
