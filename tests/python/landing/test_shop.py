from __future__ import annotations

import gzip
import hashlib
from pathlib import Path
from typing import Any

import duckdb
import pyarrow as pa
import pyarrow.parquet as pq
import pytest

from shelfwise.landing.contacts import contact_hash
from shelfwise.landing.declared_tables import declared_tables
from shelfwise.landing.errors import LandingError
from shelfwise.landing.shop import TABLES, import_shop
from shelfwise.settings import Settings

PRODUCTS = "product_id,title,category_path,price,currency,updated_at\nP1,Lamp,Home > Light,9.50,EUR,2026-01-02\n"
CUSTOMERS = "customer_id,created_at,country,E-Mail,updated_at\nC1,2026-01-02,DE, Ada@Example.org ,2026-01-02\n"
ORDERS = "order_id,customer_id,ordered_at,country,currency,updated_at,note\nO1,C1,2026-01-02,DE,EUR,2026-01-02,ring\n"
ADA = hashlib.sha256(b"ada@example.org").hexdigest()


@pytest.fixture
def exports(tmp_path: Path) -> Path:
    """A folder of a night's exports, in all forms that are taken."""
    folder = tmp_path / "exports"
    folder.mkdir()
    (folder / "products.csv").write_text(PRODUCTS)
    (folder / "customers-2026-11-21.csv.gz").write_bytes(gzip.compress(CUSTOMERS.encode()))
    (folder / "Orders_2026-11-21.csv").write_text(ORDERS)
    lines = {"order_line_id": [1], "order_id": ["O1"], "product_id": ["P1"], "occurred_at": ["2026-01-02"]}
    rest = {"quantity": [2], "unit_price": [9.5], "currency": ["EUR"], "updated_at": ["2026-01-02"]}
    pq.write_table(pa.table(lines | rest), folder / "order_lines.parquet")
    (folder / "ordersheet.csv").write_text("a,b\n1,2\n")
    return folder


def rows(settings: Settings, table: str) -> list[dict[str, Any]]:
    files = settings.landing_path / "shop" / table / "dt=*" / "*.parquet"
    with duckdb.connect() as connection:
        found = connection.execute(f"from read_parquet('{files}', hive_partitioning = false)")
        names = [column[0] for column in found.description or []]
        return [dict(zip(names, row, strict=True)) for row in found.fetchall()]


def test_a_folder_of_exports_lands_in_four_tables(settings: Settings, exports: Path) -> None:
    result = import_shop(exports, settings)
    assert (result.files_landed, result.rows, result.succeeded) == (4, 4, True)
    (product,), (customer,), (order,), (line,) = (rows(settings, table) for table in TABLES)
    assert (product["price"], product["brand"], product["namespace"]) == ("9.50", None, None)
    assert (customer["customer_id"], customer["contact_hash"]) == ("C1", ADA)
    assert (order["order_id"], order["source_file"]) == ("O1", "Orders_2026-11-21.csv")
    assert (line["order_line_id"], line["quantity"], line["unit_price"]) == ("1", "2", "9.5")
    summary = result.summary()
    assert "shop: landed 4 files with 4 rows" in summary
    assert "Orders_2026-11-21.csv: columns not landed: note" in summary
    assert "ordersheet.csv: left alone, its name tells no table" in summary


@pytest.mark.parametrize("table", TABLES)
def test_the_landed_columns_are_those_declared(settings: Settings, exports: Path, table: str) -> None:
    import_shop(exports, settings)
    (declared,) = (each for each in declared_tables(settings.project_dir, ["shop"]) if each.name == table)
    assert set(rows(settings, table)[0]) == set(declared.columns)


def test_no_address_lands_whatever_its_column_is_called(settings: Settings, tmp_path: Path) -> None:
    path = tmp_path / "customers.csv"
    values = ("Ada@Example.org", "ada@example.org ", ADA.upper(), "", "no address")
    lines = [f"C{number},2026-01-02,DE,{value},2026-01-02" for number, value in enumerate(values)]
    cut = "C9,2026-01-02,DE,grace@example.org"
    path.write_text("\n".join(["customer_id,created_at,country,contact_hash,updated_at", *lines, cut]))
    result = import_shop(path, settings)
    assert (result.rows, result.rejected_rows) == (5, 1)
    hashes = [row["contact_hash"] for row in rows(settings, "customers")]
    assert hashes == [ADA, ADA, ADA, "", contact_hash("no address")]
    (rejected,) = rows(settings, "rejected_lines")
    assert (rejected["source_row"], rejected["reason"], rejected["raw_text"]) == (6, "cut_mid_line", None)
    for landed in settings.landing_path.rglob("*.parquet"):
        assert b"example" not in landed.read_bytes().lower()
        assert "example" not in str(pq.ParquetFile(landed).read().to_pylist()).lower()


def test_a_single_file_may_say_what_it_holds(settings: Settings, exports: Path) -> None:
    path = (exports / "products.csv").rename(exports / "catalogue.csv")
    with pytest.raises(LandingError, match=r"catalogue\.csv: its name tells no table\. .*or give --table"):
        import_shop(path, settings)
    with pytest.raises(LandingError, match=r"no table `invoices`\. Give --table products, customers, orders or"):
        import_shop(path, settings, table="invoices")
    assert import_shop(path, settings, table="products").rows == 1
    assert [row["product_id"] for row in rows(settings, "products")] == ["P1"]


def test_a_file_of_another_table_is_told_by_its_columns(settings: Settings, exports: Path) -> None:
    (exports / "products.csv").write_text(ORDERS)
    result = import_shop(exports, settings)
    assert [outcome.status for outcome in result.outcomes].count("landed") == 3
    (error,) = result.errors
    assert "products.csv, field product_id: columns product_id, title, category_path, price missing" in str(error)
