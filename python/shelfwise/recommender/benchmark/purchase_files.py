"""Order lines and baskets as files: purchases before a cutoff are learned from, those after it are to be foretold."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import duckdb

from shelfwise.errors import ShelfwiseError
from shelfwise.recommender.benchmark.parquet_input import (
    IDENTIFIERS,
    MOMENTS,
    NUMBERS,
    WHOLE_NUMBERS,
    Column,
    ParquetInput,
)
from shelfwise.recommender.benchmark.upstream import NAMESPACE

LINE_COLUMNS = (
    Column("customer_id", IDENTIFIERS, "the customer"),
    Column("item_id", IDENTIFIERS, "the item bought"),
    Column("ordered_at", MOMENTS, "the time of the order"),
    Column("basket_id", IDENTIFIERS, "the order"),
    Column("title", ("VARCHAR",), "the item's title", is_required=False),
    Column("price", NUMBERS, "the price of one", is_required=False),
)
BASKET_COLUMNS = (
    Column("customer_id", IDENTIFIERS, "the customer"),
    Column("basket_no", WHOLE_NUMBERS, "the number of the basket among the customer's"),
    Column("item_id", IDENTIFIERS, "an item in it"),
)
FUTURE_COLUMNS = (
    Column("customer_id", IDENTIFIERS, "the customer"),
    Column("item_id", IDENTIFIERS, "an item of the basket to be foretold"),
)
# Files of baskets have no clock: the latest of every customer is laid on one day, the one before it a week earlier.
LAST_BASKET_DAY = "2024-12-31"
DAYS_BETWEEN_BASKETS = 7
# Where no price is given; the recommender leaves out what costs nothing.
UNKNOWN_PRICE = 1


def load_purchases(connection: duckdb.DuckDBPyConnection, path: Path, cutoff: date, days: int) -> None:
    """Put the lines before ``cutoff`` into the scratch warehouse, and the truth of the ``days`` after it into `truth`.

    Raises ShelfwiseError when the file is not as `LINE_COLUMNS` say, or nothing lies before or after the cutoff.
    """
    lines = ParquetInput(connection, path, LINE_COLUMNS)
    price = "price" if "price" in lines.types else str(UNKNOWN_PRICE)
    title = "title" if "title" in lines.types else "null"
    connection.execute(
        f"""
        create or replace temporary table lines as
        select
            cast(customer_id as varchar) as customer_id,
            cast(item_id as varchar) as product_id,
            cast(ordered_at as timestamp) as ordered_at,
            cast(basket_id as varchar) as order_id,
            cast({price} as decimal(18, 4)) as unit_price,
            cast({title} as varchar) as title,
            file_row_number
        from {lines.relation}
        where ordered_at < cast(? as timestamp)
        """,
        [f"{cutoff}"],
    )
    _make_truth(
        connection,
        f"""
        select distinct cast(customer_id as varchar) as customer_id, cast(item_id as varchar) as product_id
        from {lines.relation}
        where ordered_at >= timestamp '{cutoff}' and ordered_at < timestamp '{cutoff}' + interval ({days}) day
        """,
    )
    first, last = connection.execute(f"select min(ordered_at), max(ordered_at) from {lines.relation}").fetchall()[0]
    between = f"The orders of {path} are from {first:%Y-%m-%d} to {last:%Y-%m-%d}"
    if not lines.number("select count(*) from lines"):
        raise ShelfwiseError(f"no order lies before the cutoff {cutoff}", remedy=f"{between}: take a later cutoff")
    if not lines.number("select count(*) from truth"):
        raise ShelfwiseError(
            f"no order lies in the {days} days from {cutoff} on", remedy=f"{between}: take an earlier cutoff"
        )
    _fill_order_lines(connection)


def load_baskets(connection: duckdb.DuckDBPyConnection, train: Path, future: Path) -> None:
    """Put baskets into the scratch warehouse and each customer's next one into `truth`.

    Raises ShelfwiseError when a file is not as `BASKET_COLUMNS` and `FUTURE_COLUMNS` say.
    """
    baskets = ParquetInput(connection, train, BASKET_COLUMNS)
    next_baskets = ParquetInput(connection, future, FUTURE_COLUMNS)
    connection.execute(f"""
        create or replace temporary table lines as
        select
            cast(customer_id as varchar) as customer_id,
            cast(item_id as varchar) as product_id,
            timestamp '{LAST_BASKET_DAY} 12:00:00' - to_days(cast(({DAYS_BETWEEN_BASKETS} * (
                dense_rank() over (partition by customer_id order by basket_no desc) - 1
            )) as int)) as ordered_at,
            cast(customer_id as varchar) || '-' || cast(basket_no as varchar) as order_id,
            cast({UNKNOWN_PRICE} as decimal(18, 4)) as unit_price,
            cast(null as varchar) as title,
            file_row_number
        from {baskets.relation}
    """)
    _make_truth(
        connection,
        f"""
        select distinct cast(customer_id as varchar) as customer_id, cast(item_id as varchar) as product_id
        from {next_baskets.relation}
        """,
    )
    _fill_order_lines(connection)


def _make_truth(connection: duckdb.DuckDBPyConnection, query: str) -> None:
    connection.execute(f"create or replace table truth as {query}")


def _fill_order_lines(connection: duckdb.DuckDBPyConnection) -> None:
    connection.execute(
        """
        insert into fct_order_lines by name
        select
            cast(file_row_number as varchar) as order_line_id,
            $namespace as namespace,
            $namespace as source_name,
            order_id,
            customer_id,
            product_id,
            'sale' as line_type,
            1 as quantity,
            unit_price,
            unit_price as line_amount,
            cast(ordered_at as date) as order_date,
            ordered_at
        from lines
        """,
        {"namespace": NAMESPACE},
    )
    connection.execute(
        """
        insert into dim_products by name
        select
            product_id,
            $namespace as namespace,
            product_id as source_product_id,
            max_by(title, ordered_at) as title,
            max_by(unit_price, ordered_at) as price,
            min(ordered_at) as first_seen_at
        from lines
        group by product_id
        """,
        {"namespace": NAMESPACE},
    )
    connection.execute(
        """
        insert into dim_customers by name
        select
            customer_id,
            $namespace as namespace,
            customer_id as source_customer_id,
            min(ordered_at) as first_ordered_at
        from lines
        group by customer_id
        """,
        {"namespace": NAMESPACE},
    )
