"""Publishes small versions as the publish step leaves them: the marts that serving reads, with rows a test can know."""

from __future__ import annotations

import json
import shutil
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import duckdb

from shelfwise.files import swap_symlink
from shelfwise.settings import Settings

MARTS = """
create table dim_products (
    product_id varchar, namespace varchar, source_product_id varchar, title varchar, category_path varchar,
    category varchar, brand varchar, price decimal(18, 2), currency varchar, is_in_stock boolean,
    is_replenishable boolean, image_url varchar, first_seen_at timestamp, last_changed_at timestamp
);
create table dim_customers (
    customer_id varchar, namespace varchar, source_customer_id varchar, country varchar, contact_hash varchar,
    first_seen_at timestamp, first_ordered_at timestamp, last_ordered_at timestamp
);
create table fct_order_lines (
    order_line_id varchar, namespace varchar, order_id varchar, customer_id varchar, product_id varchar,
    charge_code varchar, line_type varchar, ordered_at timestamp, order_date date, quantity bigint,
    unit_price decimal(18, 2), currency varchar, line_amount decimal(18, 2), line_amount_reporting decimal(18, 2),
    country varchar, loaded_at timestamp
);
create table recommendations (
    customer_id varchar, namespace varchar, rank bigint, product_id varchar, score double, reason varchar,
    reason_code varchar, reason_product_id varchar, model_version varchar
);
create table similar_products (
    product_id varchar, namespace varchar, rank bigint, similar_product_id varchar, score double, reason varchar
);
create table product_offers (product_id varchar, namespace varchar, is_offered boolean);
create table withheld_products (customer_id varchar, product_id varchar);
create table recommendation_rules (rule_name varchar, rule_value bigint);
insert into recommendation_rules values ('category_cap', 5);
create table basket_affinity (
    namespace varchar, product_id varchar, rank bigint, other_product_id varchar, order_count bigint, confidence double
);
create table dim_experiment_arms (
    experiment_name varchar, namespace varchar, arm varchar, strategy varchar, unit varchar, placement varchar,
    metric varchar, guardrail_metrics varchar, arm_number bigint, share decimal(9, 6), share_from decimal(9, 6),
    share_until decimal(9, 6), is_control boolean, starts_on date, ends_on date
);
create table dismissed_recommendations (
    namespace varchar, device_id varchar, customer_id varchar, product_id varchar, dismissal_count bigint,
    last_dismissed_at timestamp
);
create table popular_products (
    namespace varchar, segment_type varchar, segment varchar, rank bigint, product_id varchar, score double,
    buyer_count bigint
);
"""

# Written by hand, so that a test may say what it expects. C3 has no recommendations; P4 is like nothing.
SHOP_ROWS = """
insert into dim_products by name
select
    $namespace || ':' || id as product_id, $source as namespace, id as source_product_id, title,
    'Home > Light' as category_path, price, if(price is null, null, 'GBP') as currency, image_url
from (
    values
        ('P1', 'Oak lamp', 12.50, null),
        ('P2', 'Linen shade', 1200, 'https://shop.example/p2.jpg'),
        ('P3', $title, 3, null),
        ('P4', 'Kerze „Föhr“ 🕯', null, null)
) as products (id, title, price, image_url);

insert into dim_customers by name
select $namespace || ':' || id as customer_id, $source as namespace
from (values ('C1'), ('C2'), ('C3')) as customers (id);

insert into fct_order_lines by name
select
    $namespace || ':' || order_line_id as order_line_id, $source as namespace,
    $namespace || ':' || customer as customer_id, $namespace || ':' || product as product_id, line_type, ordered_at
from (
    values
        ('L1', 'C1', 'P1', 'sale', timestamp '2026-01-01 10:00:00'),
        ('L2', 'C1', 'P4', 'sale', timestamp '2026-02-01 10:00:00'),
        ('L3', 'C1', 'P1', 'sale', timestamp '2026-03-01 10:00:00'),
        ('L4', 'C1', 'P2', 'return', timestamp '2026-04-01 10:00:00'),
        ('L5', null, 'P3', 'sale', timestamp '2026-04-01 10:00:00'),
        ('L6', 'C2', null, 'charge', timestamp '2026-04-01 10:00:00')
) as lines (order_line_id, customer, product, line_type, ordered_at);

insert into recommendations by name
select
    $namespace || ':' || customer as customer_id, $source as namespace, rank,
    $namespace || ':' || product as product_id, score, reason, $model_version as model_version
from (
    values
        ('C1', 2, 'P3', 0.25, 'Goes with Oak lamp'),
        ('C1', 1, 'P2', 0.5, 'You looked at Oak lamp'),
        ('C2', 1, 'P1', 0.125, 'Goes with Oak lamp')
) as ranked (customer, rank, product, score, reason);

insert into similar_products by name
select
    $namespace || ':' || product as product_id, $source as namespace, rank,
    $namespace || ':' || other as similar_product_id, score, 'Often bought together' as reason
from (values ('P1', 1, 'P2', 0.9), ('P1', 2, 'P3', 0.4), ('P3', 1, 'P1', 0.4)) as pairs (product, rank, other, score);

insert into popular_products by name
select
    $source as namespace, segment_type, segment, rank, $namespace || ':' || product as product_id, 1.0 / rank as score,
    9 - rank as buyer_count
from (
    values
        ('all', 'all', 1, 'P4'), ('all', 'all', 2, 'P1'), ('all', 'all', 3, 'P3'), ('country', 'DE', 1, 'P2')
) as popular (segment_type, segment, rank, product);
"""


@dataclass(frozen=True)
class Shop:
    """A source to publish; P3 bears the title."""

    source: str = "sample_shop"
    namespace: str = "sample_shop"
    title: str = "Wool <b>throw</b>"


def publish(
    settings: Settings,
    run_id: str,
    shops: Sequence[Shop] = (Shop(),),
    extra_sql: str = "",
    session_index: Path | None = None,
) -> Path:
    """Publish a version, make it the current one, and return its folder.

    `extra_sql` runs on its warehouse; `session_index` is copied into it.
    """
    folder = settings.published_path / "versions" / run_id
    folder.mkdir(parents=True)
    if session_index is not None:
        shutil.copytree(session_index, folder / "session_index")
    with duckdb.connect(str(folder / "warehouse.duckdb")) as connection:
        connection.execute(MARTS)
        for shop in shops:
            values = {
                "source": shop.source,
                "namespace": shop.namespace,
                "title": shop.title,
                "model_version": f"model-{run_id}",
            }
            for statement in duckdb.extract_statements(SHOP_ROWS):
                used = {name: value for name, value in values.items() if name in statement.named_parameters}
                connection.execute(statement, used)
        connection.execute(extra_sql or "select 1")
    manifest = {
        "run_id": run_id,
        "published_at": "2026-11-22T04:10:00Z",
        "data_until": "2026-11-21T23:59:00Z",
        "row_counts": {"landing": {}, "marts": {}},
        "gate": "passed",
        "model_version": f"model-{run_id}",
        "versions": {},
        "checksums": {},
    }
    (folder / "manifest.json").write_text(json.dumps(manifest), encoding="utf-8")
    make_current(settings, run_id)
    return folder


def make_current(settings: Settings, run_id: str) -> None:
    """Point `current` at a version."""
    settings.published_path.mkdir(parents=True, exist_ok=True)
    swap_symlink(settings.published_path / "current", f"versions/{run_id}")
