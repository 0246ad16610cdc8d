"""A website's events as the collector writes them: typed, in the words of Segment's e-commerce specification.

Pages send up to one fault in fifty of each kind: ids that are missing, wrong clocks, impossible prices.
"""

from __future__ import annotations

from great_expectations.expectations import core as gxe
from great_expectations.expectations.expectation import Expectation

from shelfwise.quality.suites.landing.values import currency_code, in_time, json_text, told_apart, undamaged
from shelfwise.quality.suites.rules import filled, one_of, satisfies
from shelfwise.quality.tables import WARN

TABLES: dict[str, tuple[Expectation, ...]] = {
    "events": (
        filled("message_id", "Calls carry the sender's message id, by which retries are told", share=0.98),
        filled("type", "Calls say which method was called", share=0.98),
        filled("occurred_at", "Calls say when they were made", share=0.98),
        filled("received_at", "The collector stamps every call"),
        filled("anonymous_id", "Calls come from a device", share=0.95),
        satisfies(
            "anonymous_id",
            "user_agent is not null or starts_with(anonymous_id, 'user-')",
            "Calls name the browser, by which bots are told, unless a server made them",
            share=0.9,
        ),
        one_of("type", ["track", "page", "screen", "identify"], "Methods are Segment's", share=0.98),
        satisfies("type", "type <> 'track' or event is not null", "Tracked events have a name", share=0.98),
        gxe.ExpectColumnDistinctValuesToContainSet(
            column="event",
            value_set=["Product Viewed", "Order Completed"],
            severity=WARN,
            description="Views and orders are both measured",
        ),
        satisfies(
            "event",
            "product_id is not null or event not in "
            "('Product Clicked', 'Product Viewed', 'Product Added', 'Product Removed')",
            "Events about a product name it",
            share=0.98,
        ),
        satisfies(
            "event",
            "products is not null or product_id is not null or event <> 'Order Completed'",
            "Orders name what was bought",
            share=0.98,
        ),
        told_apart("web__events", ("message_id",), "Retries are an exception, not the rule", share=0.5),
        in_time("received_at", "The collector's clock is right", since="2020-01-01"),
        in_time("occurred_at", "Devices' clocks are mostly right", since="2020-01-01", share=0.98),
        satisfies("quantity", "quantity between 1 and 1000", "Quantities are of a sane size", share=0.98),
        satisfies("price", "price between 0 and 1000000", "Prices are of a sane size", share=0.98),
        json_text("products", "Lists of products are JSON"),
        currency_code(),
        *undamaged("query"),
    ),
}
