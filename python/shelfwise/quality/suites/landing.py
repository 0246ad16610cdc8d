"""The landing door: is this batch whole, and is it the table we know?

Thresholds are shares that the known faults of real data pass and a broken batch does not. Single bad rows are no
matter of this door: staging and quarantine judge each row, with a reason.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence

from great_expectations.expectations import core as gxe
from great_expectations.expectations.expectation import Expectation

from shelfwise.quality.expectations import ExpectColumnValuesToSatisfy, ExpectNoRows
from shelfwise.quality.landed import COLUMNS, CONVERSIONS, FILES
from shelfwise.quality.sources import SourceTable
from shelfwise.quality.tables import ERROR, WARN, TableSuite

KEYS = ("landing_file", "source_row")

EVENT_NAMES = (
    "page_view",
    "view_item_list",
    "select_item",
    "view_item",
    "search",
    "add_to_cart",
    "remove_from_cart",
    "begin_checkout",
    "purchase",
    "refund",
    "view_recommendation",
    "select_recommendation",
)

# UTF-8 read as Latin-1 or Windows-1252 ("Ã©", "â€™", "Â£"), the replacement character, and control characters.
DAMAGED_TEXT = "[ÃÂ][\\x{80}-\\x{BF}]|â€|\\x{FFFD}|[\\x{00}-\\x{08}\\x{0E}-\\x{1F}]"


def suites_for(table: SourceTable, *, has_rows: bool) -> list[TableSuite]:
    """Return what to expect of a landed table: of its files first, then of its rows where there are any."""
    suites = _structure(table)
    if has_rows:
        rows = ROW_EXPECTATIONS.get(table.table, no_expectations)()
        suites.append(TableSuite(table.table, table.owner, KEYS, (*_provenance(), *rows)))
    return suites


def _structure(table: SourceTable) -> list[TableSuite]:
    """Files that are there and can be read, with the declared columns in the declared types."""
    name, owner = table.table, table.owner
    command = {"online_retail": "shelfwise import online-retail PATH"}.get(table.source_name, "shelfwise run")
    files: tuple[Expectation, ...] = (
        gxe.ExpectTableRowCountToBeBetween(
            min_value=0 if table.is_optional else 1,
            description=f"Files have landed; `{command}` lands them, or leave {table.source_name} out",
        ),
        gxe.ExpectColumnValuesToBeNull(
            column="problem",
            description="Every landed file can be read; remove one that cannot and import its source again",
        ),
        ExpectNoRows(
            unexpected_rows_query=(
                "select count(*) as file_count from {batch} having count(*) > 0 and sum(coalesce(row_count, 0)) = 0"
            ),
            description="The landed files hold rows",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="row_count", min_value=1, severity=WARN, description="No landed file is empty"
        ),
    )
    columns: tuple[Expectation, ...] = (
        gxe.ExpectColumnValuesToNotBeNull(
            column="found_type",
            description="Every file has every declared column; a renamed one is missing here and undeclared below",
        ),
        gxe.ExpectColumnValuesToNotBeNull(
            column="declared_type",
            severity=WARN,
            description="Every column of the files is declared in the source's yml; others are not read",
        ),
    )
    conversions: tuple[Expectation, ...] = (
        gxe.ExpectColumnValuesToBeBetween(
            column="unconvertible_count",
            max_value=0,
            description="Values that landed in another type convert to the declared one",
        ),
    )
    return [
        TableSuite(name, owner, ("landing_file",), files, relation=name + FILES),
        TableSuite(name, owner, ("landing_file", "column_name"), columns, relation=name + COLUMNS),
        TableSuite(
            name, owner, ("column_name", "declared_type", "found_type"), conversions, relation=name + CONVERSIONS
        ),
    ]


def _provenance() -> list[Expectation]:
    """Each row says where it came from, and comes from there once."""
    return [
        *(
            never_null(column, "Every row says which file and row it came from")
            for column in ("source_file", "source_row", "file_sha256", "loaded_at")
        ),
        gxe.ExpectCompoundColumnsToBeUnique(
            column_list=["landing_file", "source_row"], description="No row of a file landed twice"
        ),
        one_of_recent_times("loaded_at", "Rows were landed in the past", since="2020-01-01"),
    ]


def never_null(column: str, description: str) -> Expectation:
    """Every row has a value."""
    return gxe.ExpectColumnValuesToNotBeNull(column=column, description=description)


def mostly_filled(column: str, share: float, description: str) -> Expectation:
    """At least `share` of the rows have a value."""
    return gxe.ExpectColumnValuesToNotBeNull(column=column, mostly=share, description=description)


def mostly_satisfies(column: str, condition: str, share: float, description: str) -> Expectation:
    """At least `share` of the values that are there satisfy a SQL condition."""
    return ExpectColumnValuesToSatisfy(column=column, condition=condition, mostly=share, description=description)


def one_of_recent_times(column: str, description: str, *, since: str, share: float = 1.0) -> Expectation:
    """Timestamps between a day and tomorrow (clocks differ)."""
    condition = f"try_cast({column} as timestamp) between timestamp '{since}' and now()::timestamp + interval 1 day"
    return mostly_satisfies(column, condition, share, description)


def undamaged(*columns: str) -> list[Expectation]:
    """Text without the traces of a wrong encoding: a single one is worth a look, one in a thousand a broken file."""
    return [
        ExpectColumnValuesToSatisfy(
            column=column,
            condition=f"not regexp_matches({column}, '{DAMAGED_TEXT}')",
            mostly=share,
            severity=severity,
            description=description,
        )
        for column in columns
        for share, severity, description in (
            (0.999, ERROR, "Files are read in the encoding they were written in"),
            (1.0, WARN, "No text shows traces of a wrong encoding"),
        )
    ]


def no_expectations() -> Sequence[Expectation]:
    """A source table without expectations of its own rows."""
    return ()


def online_retail_order_lines() -> Sequence[Expectation]:
    """Wholesale lines, all text.

    Of the complete public file 25% have no customer, .5% a price of zero, .3% no title; of its worst day 87%, 22%
    and 5%. Prices a hundred times too high leave a quarter in the range, a hundred times too low a sixth.
    """
    return [
        mostly_filled("invoice_no", 0.999, "Lines belong to an invoice"),
        mostly_filled("stock_code", 0.999, "Lines say what was sold"),
        mostly_filled("invoice_date", 0.999, "Lines have a date"),
        mostly_filled("quantity", 0.999, "Lines say how many"),
        mostly_filled("unit_price", 0.999, "Lines have a price"),
        mostly_filled("country", 0.99, "Lines have a country"),
        mostly_filled("description", 0.85, "Products have a title"),
        mostly_filled("customer_id", 0.05, "Invoices name their customer, guests aside"),
        mostly_satisfies(
            "invoice_no",
            "regexp_matches(invoice_no, '^[A-Z]?[0-9]{6}$')",
            0.99,
            "An invoice number is six digits, with a letter before them when it cancels or adjusts",
        ),
        mostly_satisfies(
            "customer_id",
            "regexp_matches(customer_id, '^([0-9]{5}([.]0+)?)?$')",
            0.99,
            "A customer is a number of five digits, whole or written as a float; empty where nobody was named",
        ),
        one_of_recent_times(
            "invoice_date", "Invoices are dated, and not in the future", since="2000-01-01", share=0.999
        ),
        mostly_satisfies(
            "quantity",
            "try_cast(quantity as double) between -10000 and 10000",
            0.99,
            "Quantities are numbers of a sane size",
        ),
        mostly_satisfies(
            "unit_price",
            "try_cast(unit_price as double) between 0.05 and 50",
            0.7,
            "Prices are pounds: neither pence nor thousands",
        ),
        *undamaged("description", "country"),
    ]


def online_retail_rejected_lines() -> Sequence[Expectation]:
    """Lines that are no rows: an interrupted download leaves one."""
    return [
        ExpectNoRows(
            unexpected_rows_query="""
                select rejected.line_count as rejected_line_count, whole.line_count as whole_line_count
                from (select count(*) as line_count from {batch}) as rejected
                cross join (select count(*) as line_count from online_retail__order_lines) as whole
                where rejected.line_count > 1 and rejected.line_count > 0.01 * whole.line_count
            """,
            description="Hardly a line of the files is cut off or has too many fields; if many have, look at the file",
        ),
    ]


def sample_shop_events() -> Sequence[Expectation]:
    """Clicks. Pages send a few percent of faults: retries, clocks that are wrong, fields that are missing."""
    return [
        mostly_filled("event_id", 0.98, "Events carry the sender's message id, by which retries are told"),
        mostly_filled("event_name", 0.98, "Events say what happened"),
        mostly_filled("occurred_at", 0.98, "Events say when they happened"),
        mostly_filled("device_id", 0.95, "Events come from a device"),
        mostly_filled("user_agent", 0.9, "Events name the browser, by which bots are told"),
        gxe.ExpectColumnValuesToBeInSet(
            column="event_name",
            value_set=list(EVENT_NAMES),
            mostly=0.98,
            description="Event names are GA4's e-commerce names",
        ),
        gxe.ExpectColumnDistinctValuesToContainSet(
            column="event_name",
            value_set=["view_item", "purchase"],
            severity=WARN,
            description="Views and purchases are both measured",
        ),
        one_of_recent_times("received_at", "The collector's clock is right", since="2020-01-01"),
        one_of_recent_times("occurred_at", "Devices' clocks are mostly right", since="2020-01-01", share=0.98),
        mostly_satisfies(
            "product_id",
            "event_name in ('page_view', 'search', 'begin_checkout', 'view_item_list') or product_id is not null",
            0.98,
            "Events about a product name it",
        ),
        mostly_satisfies("quantity", "quantity between 1 and 1000", 0.98, "Quantities are of a sane size"),
        *sane_prices("unit_price"),
        *iso_codes("currency", "^[A-Z]{3}$", "Currencies are ISO 4217 codes"),
        *undamaged("search_term"),
    ]


def sample_shop_products() -> Sequence[Expectation]:
    """The catalogue, in versions."""
    return [
        never_null("product_id", "A product has an id"),
        never_null("updated_at", "A version says when it began"),
        mostly_filled("title", 0.99, "Products have a title"),
        mostly_filled("category_path", 0.95, "Products have a category"),
        mostly_filled("price", 0.99, "Products have a price"),
        mostly_filled("in_stock", 0.99, "Products say whether they can be bought"),
        *sane_prices("price"),
        *iso_codes("currency", "^[A-Z]{3}$", "Currencies are ISO 4217 codes"),
        one_of_recent_times("updated_at", "Versions began in the past", since="2000-01-01"),
        *undamaged("title", "category_path", "brand"),
    ]


def sample_shop_customers() -> Sequence[Expectation]:
    """Accounts, in versions."""
    return [
        never_null("customer_id", "A customer has an id"),
        never_null("updated_at", "A version says when it began"),
        mostly_filled("country", 0.95, "Customers have a country"),
        *iso_codes("country", "^[A-Z]{2}$", "Countries are ISO 3166 alpha-2 codes"),
        mostly_satisfies(
            "contact_hash",
            "regexp_matches(contact_hash, '^[0-9a-f]{64}$')",
            1.0,
            "Contacts are SHA-256 hashes, never addresses",
        ),
        one_of_recent_times("created_at", "Accounts were opened in the past", since="2000-01-01", share=0.99),
    ]


def sample_shop_orders() -> Sequence[Expectation]:
    """Orders, in versions."""
    return [
        never_null("order_id", "An order has an id"),
        never_null("ordered_at", "An order has a time"),
        mostly_filled("customer_id", 0.05, "Orders name their customer, guests aside"),
        mostly_filled("country", 0.95, "Orders have a country"),
        one_of_recent_times("ordered_at", "Orders were placed in the past", since="2000-01-01", share=0.99),
        *iso_codes("currency", "^[A-Z]{3}$", "Currencies are ISO 4217 codes"),
        *iso_codes("country", "^[A-Z]{2}$", "Countries are ISO 3166 alpha-2 codes"),
    ]


def sample_shop_order_lines() -> Sequence[Expectation]:
    """Order lines, in versions."""
    return [
        never_null("order_line_id", "An order line has an id"),
        mostly_filled("order_id", 0.99, "Lines belong to an order"),
        mostly_filled("product_id", 0.99, "Lines say what was sold"),
        mostly_filled("quantity", 0.99, "Lines say how many"),
        mostly_filled("unit_price", 0.99, "Lines have a price"),
        one_of_recent_times("occurred_at", "Lines are of the past", since="2000-01-01", share=0.99),
        mostly_satisfies("quantity", "quantity between -1000 and 1000", 0.99, "Quantities are of a sane size"),
        *sane_prices("unit_price"),
        *iso_codes("currency", "^[A-Z]{3}$", "Currencies are ISO 4217 codes"),
    ]


def sane_prices(column: str) -> list[Expectation]:
    """Prices of a shop for consumers: most are between half a unit and five hundred."""
    return [
        mostly_satisfies(
            column, f"{column} between 0.5 and 500", 0.9, "Prices are in units of the currency, not in cents"
        ),
    ]


def iso_codes(column: str, pattern: str, description: str) -> list[Expectation]:
    """Codes of a standard."""
    return [mostly_satisfies(column, f"regexp_matches({column}, '{pattern}')", 0.98, description)]


ROW_EXPECTATIONS: dict[str, Callable[[], Sequence[Expectation]]] = {
    "online_retail__order_lines": online_retail_order_lines,
    "online_retail__rejected_lines": online_retail_rejected_lines,
    "sample_shop__events": sample_shop_events,
    "sample_shop__products": sample_shop_products,
    "sample_shop__customers": sample_shop_customers,
    "sample_shop__orders": sample_shop_orders,
    "sample_shop__order_lines": sample_shop_order_lines,
}
