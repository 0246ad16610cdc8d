"""A build database of a few rows, with every public mart as its contract declares it."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

import duckdb
import yaml
from declared_marts import declared_columns, declared_marts

from shelfwise.settings import Settings

Rows = Mapping[str, list[dict[str, Any]]]

# Two customers of one shop: one bought a mug and a bowl, the other visited.
ROWS: Rows = {
    "dim_products": [
        {"product_id": "s:mug", "namespace": "s", "title": "Mug", "price": 5, "is_in_stock": True},
        {"product_id": "s:bowl", "namespace": "s", "title": "Bowl", "price": 7, "is_in_stock": True},
        {"product_id": "s:jug", "namespace": "s", "title": "Jug", "price": 9, "is_in_stock": False},
    ],
    "dim_customers": [
        {
            "customer_id": "s:anna",
            "namespace": "s",
            "first_ordered_at": "2026-03-02",
            "last_ordered_at": "2026-03-02",
        },
        {"customer_id": "s:bert", "namespace": "s"},
    ],
    "dim_dates": [{"date_day": "2026-03-02"}, {"date_day": "2026-03-03"}],
    "fct_events": [
        {
            "event_id": "s:e1",
            "namespace": "s",
            "source_name": "s",
            "event_name": "view_item",
            "occurred_at": "2026-03-02 10:00:00",
            "event_date": "2026-03-02",
            "loaded_at": "2026-03-04",
            "session_id": "visit",
            "device_id": "s:phone",
            "product_id": "s:mug",
        },
    ],
    "fct_sessions": [
        {
            "session_id": "visit",
            "namespace": "s",
            "device_id": "s:phone",
            "started_at": "2026-03-02 10:00:00",
            "ended_at": "2026-03-02 10:00:00",
            "session_date": "2026-03-02",
            "event_count": 1,
            "purchase_count": 0,
            "is_converted": False,
        },
    ],
    "fct_orders": [
        {
            "order_id": "s:o1",
            "namespace": "s",
            "customer_id": "s:anna",
            "line_count": 2,
            "gross_revenue": 17,
            "returned_revenue": 0,
            "net_revenue": 17,
            "charge_amount": 0,
            "order_number": 1,
            "ordered_at": "2026-03-02 11:00:00",
        },
    ],
    "fct_order_lines": [
        {
            "order_line_id": f"s:o1-{number}",
            "namespace": "s",
            "source_name": "s",
            "order_id": "s:o1",
            "customer_id": "s:anna",
            "product_id": product,
            "line_type": "sale",
            "quantity": quantity,
            "unit_price": price,
            "line_amount": quantity * price,
            "line_amount_reporting": quantity * price,
            "ordered_at": "2026-03-02 11:00:00",
            "order_date": "2026-03-02",
            "loaded_at": "2026-03-04",
        }
        for number, (product, quantity, price) in enumerate([("s:mug", 2, 5), ("s:bowl", 1, 7)])
    ],
    "daily_metrics": [
        {
            "metric_date": day,
            "namespace": "s",
            "segment_type": "all",
            "segment_value": "all",
            **dict.fromkeys(
                ("visitor_count", "view_item_session_count", "add_to_cart_session_count", "checkout_session_count"), 0
            ),
            **dict.fromkeys(("converted_session_count", "order_count", "customer_count", "new_customer_count"), 0),
            **dict.fromkeys(("unit_count", "returned_revenue"), 0),
            "session_count": sessions,
            "gross_revenue": revenue,
            "net_revenue": revenue,
        }
        for day, sessions, revenue in (("2026-03-02", 1, 17), ("2026-03-03", 0, 0))
    ],
    "daily_product_metrics": [
        {
            "metric_date": "2026-03-02",
            "namespace": "s",
            "product_id": product,
            **dict.fromkeys(("view_count", "add_to_cart_count", "order_count", "unit_count"), 1),
            "net_revenue": revenue,
        }
        for product, revenue in (("s:mug", 10), ("s:bowl", 7))
    ],
    "row_accounting": [
        {
            "source_name": "s",
            "table_name": table,
            "row_count": row_count,
            "fact_count": fact_count,
            "duplicate_count": 0,
            "quarantined_count": 0,
            "unaccounted_count": 0,
        }
        for table, row_count, fact_count in (("events", 1, 1), ("order_lines", 1000, 2))
    ],
    "column_profiles": [
        {
            "profile_date": "2026-03-02",
            "source_name": "s",
            "table_name": "events",
            "column_name": "product_id",
            "row_count": 1,
            "null_count": 0,
            "null_rate": 0,
            "distinct_count": 1,
        }
    ],
    "daily_anomalies": [
        {
            "metric_date": "2026-03-02",
            "source_name": "s",
            "table_name": "events",
            "metric": "row_count",
            "observed_value": 1,
            "expected_value": 2,
            "lower_value": 0,
            "upper_value": 9,
        }
    ],
    "anomaly_incidents": [{"incident_id": "i", "first_date": "2026-03-02", "last_date": "2026-03-02"}],
    "popular_products": [
        {
            "namespace": "s",
            "segment_type": "all",
            "segment": "all",
            "rank": rank,
            "product_id": product,
            "score": 1.0,
            "buyer_count": 1,
        }
        for rank, product in enumerate(("s:bowl", "s:mug"), start=1)
    ],
    "similar_products": [
        {
            "product_id": product,
            "namespace": "s",
            "rank": 1,
            "similar_product_id": similar,
            "score": 0.5,
            "reason": "Often bought together",
        }
        for product, similar in (("s:mug", "s:bowl"), ("s:bowl", "s:mug"))
    ],
}

RECOMMENDED: Rows = {
    "recommendations": [
        {
            "customer_id": customer,
            "namespace": "s",
            "rank": rank,
            "product_id": product,
            "score": 1 / rank,
            "reason": "Popular in this shop",
            "reason_code": "popular",
            "model_version": "v1",
        }
        for customer in ("s:anna", "s:bert")
        for rank, product in enumerate(("s:mug", "s:bowl"), start=1)
    ],
    "recommendation_scores": [
        {
            "model_version": "v1",
            "model_name": name,
            "role": role,
            "namespace": "s",
            "slice": "all",
            "metric": "ndcg",
            "k": 20,
            "value": value,
            "lower_bound": value - 0.1,
            "upper_bound": value + 0.1,
            "trained_at": "2026-03-04",
        }
        for name, role, value in (("two_stage", "ours", 0.3), ("popularity", "baseline", 0.2))
    ],
}


def build(settings: Settings, rows: Rows) -> None:
    """Make the build database of `settings`: every mart that a yml declares, with `rows` in it."""
    settings.data_path.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.build_database)) as connection:
        for model in declared_marts(settings.project_dir):
            connection.execute(f'create or replace table "{model["name"]}" ({declared_columns(model)})')
        connection.execute("create schema if not exists intermediate")
        connection.execute(
            "create or replace view intermediate.int_events__classified as "
            "select *, 'fact' as row_status, md5_number_lower(event_id) as event_hash from fct_events"
        )
        connection.execute("create schema if not exists landing")
        registry = settings.project_dir / "models" / "marts" / "monitoring" / "_registry__sources.yml"
        (source,) = yaml.safe_load(registry.read_text(encoding="utf-8"))["sources"]
        for table in source["tables"]:
            connection.execute(f"create or replace table landing.{table['name']} ({declared_columns(table)})")
        for table, table_rows in rows.items():
            for row in table_rows:
                names = ", ".join(f'"{name}"' for name in row)
                marks = ", ".join("?" * len(row))
                connection.execute(f"insert into {table} ({names}) values ({marks})", list(row.values()))


def change(settings: Settings, *statements: str) -> None:
    """Change the build database."""
    with duckdb.connect(str(settings.build_database)) as connection:
        for statement in statements:
            connection.execute(statement)
