"""The BigQuery export of Google Analytics 4, all text, nested parts as JSON.

Visitors who refuse cookies have no `user_pseudo_id`, in some countries half of them.
"""

from __future__ import annotations

from great_expectations.expectations import core as gxe
from great_expectations.expectations.expectation import Expectation

from shelfwise.quality.suites.landing.values import few_rejected, json_text
from shelfwise.quality.suites.rules import filled, satisfies
from shelfwise.quality.tables import WARN

TABLES: dict[str, tuple[Expectation, ...]] = {
    "events": (
        filled("event_timestamp", "Events say when they were logged", share=0.99),
        filled("event_name", "Events say what happened", share=0.99),
        filled("user_pseudo_id", "Events come from a device, unless the visitor refused cookies", share=0.2),
        filled("event_params", "Events carry parameters", share=0.9),
        satisfies(
            "event_timestamp",
            "make_timestamp(try_cast(event_timestamp as bigint)) between timestamp '2015-01-01' "
            "and now()::timestamp + interval 1 day",
            "Times are microseconds since 1970 and lie in the past",
            share=0.99,
        ),
        satisfies(
            "event_date", "try_strptime(event_date, '%Y%m%d') is not null", "Days are written YYYYMMDD", share=0.99
        ),
        gxe.ExpectColumnDistinctValuesToContainSet(
            column="event_name",
            value_set=["view_item", "purchase"],
            severity=WARN,
            description="Views and purchases are both measured",
        ),
        json_text("event_params", "Parameters are JSON"),
        json_text("items", "Products of an event are JSON"),
        json_text("device", "Devices are JSON"),
        json_text("ecommerce", "Purchases are JSON"),
        satisfies(
            "event_name",
            "event_name not in ('view_item', 'add_to_cart', 'purchase') or coalesce(items, '[]') <> '[]'",
            "Events about products name them",
            share=0.95,
        ),
    ),
    "rejected_lines": (few_rejected("ga4__rejected_lines", "ga4__events"),),
}
