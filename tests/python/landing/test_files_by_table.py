from __future__ import annotations

import pytest

from shelfwise.landing.files_by_table import table_of

TABLES = ("products", "customers", "orders", "order_lines")


@pytest.mark.parametrize(
    ("name", "table"),
    [
        ("orders.csv", "orders"),
        ("orders_2026-11-21.csv.gz", "orders"),
        ("Order-Lines.parquet", "order_lines"),
        ("Order Lines 2026.csv", "order_lines"),
        ("order_lines-7.csv", "order_lines"),
        ("customers 2026.csv", "customers"),
        ("products2.csv", "products"),
        ("ordersheet.csv", None),
        ("order.csv", None),
        ("new_orders.csv", None),
    ],
)
def test_a_file_is_of_the_table_it_is_named_after(name: str, table: str | None) -> None:
    assert table_of(name, TABLES) == table


def test_the_longer_of_two_names_wins() -> None:
    assert table_of("order_lines.csv", ("order", "order_lines")) == "order_lines"
