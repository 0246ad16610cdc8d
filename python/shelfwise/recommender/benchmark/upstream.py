"""A scratch warehouse: the marts that the recommender's models start from, made of a benchmark's files."""

from __future__ import annotations

from pathlib import Path

import duckdb
import yaml

from shelfwise.warehouse.connections import quote_name

NAMESPACE = "benchmark"
UPSTREAM = (
    "fct_events",
    "fct_sessions",
    "fct_order_lines",
    "dim_customers",
    "dim_dates",
    "dim_device_customers",
    "dim_products",
    "dismissed_recommendations",
)

# Which order lines the recommender learns from, as the model `rec_purchases` has it.
IS_PURCHASE = """
    line_type = 'sale'
    and customer_id is not null
    and product_id is not null
    and quantity > 0
    and unit_price > 0
"""


def make_upstream(connection: duckdb.DuckDBPyConnection, project_dir: Path) -> None:
    """Make the upstream marts, empty, with the columns of their contracts."""
    for model in UPSTREAM:
        (described,) = (project_dir / "models" / "marts").glob(f"*/{model}.yml")
        declared = yaml.safe_load(described.read_text("utf-8"))
        columns = next(entry["columns"] for entry in declared["models"] if entry["name"] == model)
        types = ", ".join(f"{quote_name(column['name'])} {column['data_type']}" for column in columns)
        connection.execute(f"create or replace table {quote_name(model)} ({types})")


def fill_dates(connection: duckdb.DuckDBPyConnection) -> None:
    """Fill `dim_dates` with the days of what has been put into the facts."""
    connection.execute("""
        insert into dim_dates by name
        select cast(unnest(generate_series(min(day), max(day), interval 1 day)) as date) as date_day
        from (
            select event_date as day from fct_events
            union all
            select order_date as day from fct_order_lines
        )
    """)
