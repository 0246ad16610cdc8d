"""REES46's log of a multi-category store, all text.

Of its public months about a third of the rows have no category name and one in seven no brand; prices run from a
dollar to some thousands, and one row in a thousand has a price of zero.
"""

from __future__ import annotations

from great_expectations.expectations import core as gxe
from great_expectations.expectations.expectation import Expectation

from shelfwise.quality.suites.landing.values import few_rejected, in_time, readable_number, undamaged
from shelfwise.quality.suites.rules import filled, one_of, satisfies
from shelfwise.quality.tables import WARN

TABLES: dict[str, tuple[Expectation, ...]] = {
    "events": (
        filled("event_time", "Events say when they happened", share=0.99),
        filled("event_type", "Events say what happened", share=0.99),
        filled("product_id", "Events are about a product", share=0.99),
        filled("user_id", "Events name the visitor", share=0.99),
        filled("user_session", "Events name the store's own session", share=0.98),
        filled("price", "Events tell the product's price", share=0.98),
        filled("category_code", "Products have a category name, two in five at least", share=0.4),
        one_of(
            "event_type",
            ["view", "cart", "remove_from_cart", "purchase"],
            "Event types are view, cart, remove_from_cart and purchase",
            share=0.98,
        ),
        gxe.ExpectColumnDistinctValuesToContainSet(
            column="event_type",
            value_set=["view", "purchase"],
            severity=WARN,
            description="Views and purchases are both measured",
        ),
        in_time("event_time", "Times can be read and lie in the past", since="2010-01-01", share=0.99),
        satisfies("product_id", "regexp_matches(product_id, '^[0-9]+$')", "Products are numbers", share=0.99),
        satisfies("user_id", "regexp_matches(user_id, '^[0-9]+$')", "Visitors are numbers", share=0.99),
        readable_number("price", "Prices are numbers of a sane size", least=0, most=100_000, share=0.99),
        *undamaged("category_code", "brand"),
    ),
    "rejected_lines": (few_rejected("rees46__rejected_lines", "rees46__events"),),
}
