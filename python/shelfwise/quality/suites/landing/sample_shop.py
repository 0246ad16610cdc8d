"""The sample shop, and any shop that sends its clicks, catalogue, accounts and orders in these tables.

Pages send up to one fault in fifty of each kind: ids that are missing, wrong clocks, impossible prices. Nine prices in
ten lie between half a unit and five hundred; of prices in cents one in ten does.
"""

from __future__ import annotations

from great_expectations.expectations import core as gxe
from great_expectations.expectations.expectation import Expectation

from shelfwise.quality.suites.landing.values import country_code, currency_code, in_time, undamaged
from shelfwise.quality.suites.rules import filled, one_of, satisfies
from shelfwise.quality.suites.vocabulary import EVENT_NAMES
from shelfwise.quality.tables import WARN


def sane_prices(column: str) -> Expectation:
    """Prices of a shop for consumers."""
    return satisfies(
        column, f"{column} between 0.5 and 500", "Prices are in units of the currency, not in cents", share=0.9
    )


TABLES: dict[str, tuple[Expectation, ...]] = {
    "events": (
        filled("event_id", "Events carry the sender's message id, by which retries are told", share=0.98),
        filled("event_name", "Events say what happened", share=0.98),
        filled("occurred_at", "Events say when they happened", share=0.98),
        filled("received_at", "The collector stamps every event"),
        filled("device_id", "Events come from a device", share=0.95),
        filled("user_agent", "Events name the browser, by which bots are told", share=0.9),
        one_of("event_name", EVENT_NAMES, "Event names are GA4's e-commerce names", share=0.98),
        gxe.ExpectColumnDistinctValuesToContainSet(
            column="event_name",
            value_set=["view_item", "purchase"],
            severity=WARN,
            description="Views and purchases are both measured",
        ),
        satisfies(
            "event_name",
            "product_id is not null or event_name not in "
            "('select_item', 'view_item', 'add_to_cart', 'remove_from_cart', 'purchase')",
            "Events about a product name it",
            share=0.98,
        ),
        in_time("received_at", "The collector's clock is right", since="2020-01-01"),
        in_time("occurred_at", "Devices' clocks are mostly right", since="2020-01-01", share=0.98),
        satisfies("quantity", "quantity between 1 and 1000", "Quantities are of a sane size", share=0.98),
        sane_prices("unit_price"),
        currency_code(),
        *undamaged("search_term"),
    ),
    "products": (
        filled("product_id", "A product has an id"),
        filled("updated_at", "A version says when it began"),
        filled("title", "Products have a title", share=0.99),
        filled("category_path", "Products have a category", share=0.95),
        filled("price", "Products have a price", share=0.99),
        filled("in_stock", "Products say whether they can be bought", share=0.99),
        in_time("updated_at", "Versions began in the past", since="2000-01-01"),
        sane_prices("price"),
        currency_code(),
        *undamaged("title", "category_path", "brand"),
    ),
    "customers": (
        filled("customer_id", "A customer has an id"),
        filled("updated_at", "A version says when it began"),
        filled("country", "Customers have a country", share=0.95),
        in_time("created_at", "Accounts were opened in the past", since="2000-01-01", share=0.99),
        country_code(),
        satisfies(
            "contact_hash",
            "regexp_matches(contact_hash, '^[0-9a-f]{64}$')",
            "Contacts are SHA-256 hashes, never addresses",
        ),
    ),
    "orders": (
        filled("order_id", "An order has an id"),
        filled("ordered_at", "An order has a time"),
        filled("customer_id", "Orders name their customer, guests aside", share=0.05),
        filled("country", "Orders have a country", share=0.95),
        in_time("ordered_at", "Orders were placed in the past", since="2000-01-01", share=0.99),
        currency_code(),
        country_code(),
    ),
    "order_lines": (
        filled("order_line_id", "An order line has an id"),
        filled("order_id", "Lines belong to an order", share=0.99),
        filled("product_id", "Lines say what was sold", share=0.99),
        filled("quantity", "Lines say how many", share=0.99),
        filled("unit_price", "Lines have a price", share=0.99),
        in_time("occurred_at", "Lines are of the past", since="2000-01-01", share=0.99),
        satisfies("quantity", "quantity between -1000 and 1000", "Quantities are of a sane size", share=0.99),
        sane_prices("unit_price"),
        currency_code(),
    ),
}
