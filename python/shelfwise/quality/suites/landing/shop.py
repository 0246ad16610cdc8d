"""A shop database's own exports, all text: any currency, any size of shop, so numbers must be readable, not small.

A row is a version; the same version twice in a file tells of a join that multiplied the export.
"""

from __future__ import annotations

from great_expectations.expectations.expectation import Expectation

from shelfwise.quality.suites.landing.values import (
    country_code,
    currency_code,
    few_rejected,
    in_time,
    readable_number,
    told_apart,
    undamaged,
)
from shelfwise.quality.suites.rules import filled, satisfies

MOST = 1_000_000


def versions(table: str, key: str) -> tuple[Expectation, ...]:
    """What holds for the rows of every table: a key and the time of the version."""
    return (
        filled(key, "Rows have an id", share=0.99),
        filled("updated_at", "A version says when it began", share=0.99),
        in_time("updated_at", "Versions began in the past", since="1990-01-01", share=0.99),
        told_apart(f"shop__{table}", (key, "updated_at"), "A version stands in a file once; a join multiplies it"),
    )


def yes_or_no(column: str, description: str) -> Expectation:
    """Text for true or false, as databases and spreadsheets write it."""
    words = "'true', 'false', 't', 'f', 'yes', 'no', 'y', 'n', '1', '0', '1.0', '0.0'"
    return satisfies(column, f"lower({column}) in ({words})", description, share=0.98)


TABLES: dict[str, tuple[Expectation, ...]] = {
    "products": (
        *versions("products", "product_id"),
        filled("title", "Products have a title", share=0.98),
        filled("category_path", "Products have a category", share=0.8),
        filled("price", "Products have a price", share=0.95),
        readable_number("price", "Prices are numbers of a sane size", least=0, most=MOST),
        yes_or_no("in_stock", "Products say yes or no to whether they can be bought"),
        yes_or_no("is_replenishable", "Products say yes or no to whether they are used up"),
        currency_code(),
        *undamaged("title", "category_path", "brand"),
    ),
    "customers": (
        *versions("customers", "customer_id"),
        filled("country", "Customers have a country", share=0.5),
        in_time("created_at", "Accounts were opened in the past", since="1990-01-01", share=0.99),
        country_code(),
        satisfies(
            "contact_hash",
            "regexp_matches(contact_hash, '^[0-9a-f]{64}$')",
            "Contacts are SHA-256 hashes, never addresses",
        ),
    ),
    "orders": (
        *versions("orders", "order_id"),
        filled("ordered_at", "An order has a time", share=0.99),
        filled("customer_id", "Orders name their customer, guests aside", share=0.05),
        in_time("ordered_at", "Orders were placed in the past", since="1990-01-01", share=0.99),
        yes_or_no("is_test", "Orders say yes or no to whether they are a test"),
        currency_code(),
        country_code(),
    ),
    "order_lines": (
        *versions("order_lines", "order_line_id"),
        filled("order_id", "Lines belong to an order", share=0.99),
        filled("product_id", "Lines say what was sold", share=0.95),
        filled("quantity", "Lines say how many", share=0.99),
        filled("unit_price", "Lines have a price", share=0.99),
        in_time("occurred_at", "Lines are of the past", since="1990-01-01", share=0.99),
        readable_number("quantity", "Quantities are numbers of a sane size", least=-MOST, most=MOST),
        readable_number("unit_price", "Prices are numbers of a sane size", least=-MOST, most=MOST),
        currency_code(),
    ),
    "rejected_lines": (
        few_rejected("shop__rejected_lines", "shop__products", "shop__customers", "shop__orders", "shop__order_lines"),
    ),
}
