"""Reading a published version into memory: a few queries, once per version."""

from __future__ import annotations

import logging
from contextlib import closing
from datetime import UTC, datetime
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from shelfwise.serving.lookups import POPULAR_REASON, Lookups, Product, RankedLists
from shelfwise.settings import Settings
from shelfwise.warehouse.published import Manifest, PublishedVersion, connect_current

logger = logging.getLogger(__name__)

RECENT_PURCHASES = 12
EXAMPLE_CUSTOMERS = 5

# Ids become positions inside DuckDB, so that millions of list entries reach Python as integers, not as strings.
POSITIONS = """
create temp table product_positions as
select product_id as id, row_number() over (order by product_id) - 1 as position
from dim_products;

create temp table customer_positions as
select id, row_number() over (order by id) - 1 as position
from (select customer_id as id from dim_customers union select customer_id from recommendations);

create temp table popular_positions as
select id, row_number() over (order by id) - 1 as position
from (select distinct namespace as id from popular_products where segment_type = 'all');

create temp table reason_positions as
select id, row_number() over (order by id) - 1 as position
from (
    select reason as id from recommendations
    union
    select reason from similar_products
    union
    select getvariable('popular_reason')
);
"""

# A product that no source named is shown by its id.
PRODUCTS = """
select
    product_id,
    namespace,
    coalesce(title, product_id),
    coalesce(category_path, ''),
    cast(price as double),
    currency,
    image_url
from dim_products
order by product_id
"""

# What each list holds; `read_lists` turns the ids into positions.
RECOMMENDATIONS = "select customer_id as owner_id, product_id, rank, score, reason from recommendations"
SIMILAR = "select product_id as owner_id, similar_product_id as product_id, rank, score, reason from similar_products"
POPULAR = """
select namespace as owner_id, product_id, rank, score, getvariable('popular_reason') as reason
from popular_products
where segment_type = 'all'
"""
PURCHASES = """
select
    customer_id as owner_id,
    product_id,
    row_number() over (partition by customer_id order by max(ordered_at) desc, product_id) as rank,
    0 as score,
    getvariable('popular_reason') as reason
from fct_order_lines
where line_type = 'sale' and customer_id is not null and product_id is not null
group by customer_id, product_id
qualify rank <= getvariable('recent_purchases')
"""


def load_current(settings: Settings) -> tuple[PublishedVersion, Lookups]:
    """Read the current version into memory.

    Raises ShelfwiseError when there is none or its manifest cannot be understood, and duckdb.Error when its warehouse
    cannot be opened or lacks a column of docs/data-contracts.md.
    """
    version, connection = connect_current(settings)
    with closing(connection):
        return version, load_lookups(connection, version.manifest)


def load_lookups(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> Lookups:
    """Read what serving needs from a published warehouse."""
    connection.execute("set variable popular_reason = ?", [POPULAR_REASON])
    connection.execute("set variable recent_purchases = ?", [RECENT_PURCHASES])
    connection.execute(POSITIONS)
    products = [Product(*row) for row in connection.execute(PRODUCTS).fetchall()]
    customers = read_ids(connection, "customer_positions")
    popular = read_ids(connection, "popular_positions")
    recommendations = read_lists(connection, "recommendations", RECOMMENDATIONS, "customer_positions", len(customers))
    return Lookups(
        manifest=manifest,
        loaded_at=datetime.now(UTC),
        products=products,
        product_positions={product.product_id: position for position, product in enumerate(products)},
        customer_positions={customer_id: position for position, customer_id in enumerate(customers)},
        popular_positions={namespace: position for position, namespace in enumerate(popular)},
        namespaces={product.namespace: product.product_id.partition(":")[0] for product in products},
        example_customers=choose_examples(customers, recommendations),
        reasons=read_ids(connection, "reason_positions"),
        recommendations=recommendations,
        recent_purchases=read_lists(connection, "purchases", PURCHASES, "customer_positions", len(customers)),
        similar=read_lists(connection, "similar_products", SIMILAR, "product_positions", len(products)),
        popular=read_lists(connection, "popular_products", POPULAR, "popular_positions", len(popular)),
    )


def read_ids(connection: duckdb.DuckDBPyConnection, positions_table: str) -> list[str]:
    """Return the ids of a positions table, in the order of their positions."""
    return [row[0] for row in connection.execute(f"select id from {positions_table} order by position").fetchall()]


def read_lists(
    connection: duckdb.DuckDBPyConnection, name: str, entries_sql: str, owners_table: str, owner_count: int
) -> RankedLists:
    """Read ranked lists as arrays.

    An entry whose product or owner the catalogue lacks has no title to show: it is left out, counted and logged.
    """
    columns = connection.execute(
        f"""
        select
            coalesce(owners.position, -1) as owner,
            coalesce(products.position, -1) as product,
            cast(entries.score as double) as score,
            coalesce(reasons.position, 0) as reason
        from ({entries_sql}) as entries
        left join {owners_table} as owners on owners.id = entries.owner_id
        left join product_positions as products on products.id = entries.product_id
        left join reason_positions as reasons on reasons.id = entries.reason
        order by owner, entries.rank, entries.product_id
        """
    ).fetchnumpy()
    arrays: dict[str, npt.NDArray[Any]] = {key: np.asarray(values) for key, values in columns.items()}
    usable = (arrays["owner"] >= 0) & (arrays["product"] >= 0)
    if left_out := int(np.count_nonzero(~usable)):
        logger.warning("%s: %d rows name a product or an owner that the catalogue lacks; left out", name, left_out)
    return RankedLists.from_rows(
        owner_count,
        owners=arrays["owner"][usable],
        products=arrays["product"][usable],
        scores=arrays["score"][usable],
        reasons=arrays["reason"][usable],
    )


def choose_examples(customers: list[str], recommendations: RankedLists) -> list[str]:
    """Return a few customers that have recommendations, spread evenly over all of them."""
    positions = np.flatnonzero(np.diff(recommendations.offsets))
    count = min(EXAMPLE_CUSTOMERS, len(positions))
    return [customers[positions[place]] for place in np.linspace(0, len(positions) - 1, count, dtype=np.int64)]
