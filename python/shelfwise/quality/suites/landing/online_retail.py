"""UCI Online Retail: wholesale lines, all text.

Of the complete file 25% of the lines have no customer, .5% a price of zero, .3% no title; of its worst day 87%, 22%
and 5%. On every day at least 77% of the prices lie in the range below; a hundred times too high at most 16% would, a
hundred times too low 43%.
"""

from __future__ import annotations

from great_expectations.expectations.expectation import Expectation

from shelfwise.quality.suites.landing.values import few_rejected, in_time, undamaged
from shelfwise.quality.suites.rules import filled, satisfies

# How the well-known single CSV of it writes 2010-12-01 08:26; macro local_timestamp_from_text reads it too.
MONTH_FIRST = "%m/%d/%Y %H:%M"

TABLES: dict[str, tuple[Expectation, ...]] = {
    "order_lines": (
        filled("invoice_no", "Lines belong to an invoice", share=0.99),
        filled("stock_code", "Lines say what was sold", share=0.99),
        filled("invoice_date", "Lines have a date", share=0.99),
        filled("quantity", "Lines say how many", share=0.99),
        filled("unit_price", "Lines have a price", share=0.99),
        filled("country", "Lines have a country", share=0.99),
        filled("description", "Products have a title", share=0.85),
        filled("customer_id", "Invoices name their customer, guests aside", share=0.05),
        satisfies(
            "invoice_no",
            "regexp_matches(invoice_no, '^[A-Z]?[0-9]{6}$')",
            "An invoice number is six digits, with a letter before them when it cancels or adjusts",
            share=0.99,
        ),
        satisfies(
            "customer_id",
            "regexp_matches(customer_id, '^[0-9]{5}([.]0+)?$')",
            "A customer is a number of five digits, whole or written as a float",
            share=0.99,
        ),
        in_time(
            "invoice_date",
            "Invoices are dated, and not in the future",
            since="2000-01-01",
            share=0.99,
            text_format=MONTH_FIRST,
        ),
        satisfies(
            "quantity",
            "try_cast(quantity as double) between -10000 and 10000",
            "Quantities are numbers of a sane size",
            share=0.99,
        ),
        satisfies(
            "unit_price",
            "try_cast(unit_price as double) between 0.05 and 50",
            "Prices are in pounds: neither in pence nor in thousands",
            share=0.7,
        ),
        *undamaged("description", "country"),
    ),
    "rejected_lines": (few_rejected("online_retail__rejected_lines", "online_retail__order_lines"),),
}
