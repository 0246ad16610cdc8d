"""Reading a published version into memory: a few queries, once per version."""

from __future__ import annotations

import logging
from contextlib import closing
from dataclasses import replace
from datetime import UTC, datetime

import duckdb
import numpy as np

from shelfwise.serving.answers import product_json
from shelfwise.serving.list_loading import has_table, make_positions, read_ids, read_lists
from shelfwise.serving.lookups import Lookups, Product, RankedLists
from shelfwise.serving.rule_loading import read_dismissed, read_experiments, read_rules, read_withheld
from shelfwise.serving.sessions import load_sessions
from shelfwise.settings import Settings
from shelfwise.warehouse.published import Manifest, PublishedVersion, connect_current

logger = logging.getLogger(__name__)

RECENT_PURCHASES = 12
EXAMPLE_CUSTOMERS = 5

# A product that no source named is shown by its id. What may be recommended is said by `product_offers`; a version
# without it knows the stock alone.
PRODUCTS = """
select
    products.product_id,
    products.namespace,
    coalesce(products.title, products.product_id),
    coalesce(products.category_path, ''),
    cast(products.price as double),
    products.currency,
    products.image_url,
    products.category,
    coalesce({is_offered}, products.is_in_stock, true)
from dim_products as products
{join_offers}
order by products.product_id
"""
JOIN_OFFERS = "left join product_offers as offers on products.product_id = offers.product_id"

# What each list holds; `read_lists` turns the ids into positions.
RECOMMENDATIONS = "select customer_id as owner_id, product_id, rank, score, reason from recommendations"
SIMILAR = "select product_id as owner_id, similar_product_id as product_id, rank, score, reason from similar_products"
POPULAR = """
select namespace as owner_id, product_id, rank, score, getvariable('popular_reason') as reason
from popular_products
where segment_type = 'all'
"""
POPULAR_IN_COUNTRY = """
select namespace || '|' || segment as owner_id, product_id, rank, score, getvariable('popular_reason') as reason
from popular_products
where segment_type = 'country'
"""
BOUGHT_TOGETHER = """
select
    product_id as owner_id,
    other_product_id as product_id,
    rank,
    confidence as score,
    getvariable('together_reason') as reason
from basket_affinity
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
COUNTRIES = """
select dim_customers.country
from customer_positions
left join dim_customers on customer_positions.id = dim_customers.customer_id
order by customer_positions.position
"""


def load_current(settings: Settings) -> tuple[PublishedVersion, Lookups]:
    """Read the current version into memory.

    Raises ShelfwiseError when there is none or its manifest cannot be understood, duckdb.Error when its warehouse
    cannot be opened or lacks a column of docs/data-contracts.md, and OSError or ValueError for a damaged session index.
    """
    version, connection = connect_current(settings)
    with closing(connection):
        lookups = load_lookups(connection, version.manifest)
    return version, replace(lookups, sessions=load_sessions(version.session_index_path, lookups.product_positions))


def load_lookups(connection: duckdb.DuckDBPyConnection, manifest: Manifest) -> Lookups:
    """Read what serving needs from a published warehouse."""
    make_positions(connection)
    connection.execute("set variable recent_purchases = ?", [RECENT_PURCHASES])
    products = read_products(connection)
    customers = read_ids(connection, "customer_positions")
    popular = read_ids(connection, "popular_positions")
    countries = connection.execute("select source, country, position from country_positions").fetchall()
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
        countries=[row[0] for row in connection.execute(COUNTRIES).fetchall()],
        popular_in_country=read_lists(
            connection, "popular_products", POPULAR_IN_COUNTRY, "country_positions", len(countries)
        ),
        country_positions={(source, country): position for source, country, position in countries},
        bought_together=(
            read_lists(connection, "basket_affinity", BOUGHT_TOGETHER, "product_positions", len(products))
            if has_table(connection, "basket_affinity")
            else RankedLists.empty(len(products))
        ),
        withheld=read_withheld(connection, len(customers)),
        dismissed=read_dismissed(connection),
        rules=read_rules(connection),
        experiments=read_experiments(connection),
    )


def read_products(connection: duckdb.DuckDBPyConnection) -> list[Product]:
    """Return the catalogue by id, each product with what answers say of it."""
    has_offers = has_table(connection, "product_offers")
    query = PRODUCTS.format(
        is_offered="offers.is_offered" if has_offers else "null", join_offers=JOIN_OFFERS if has_offers else ""
    )
    bare = (Product(*row) for row in connection.execute(query).fetchall())
    return [replace(product, json=product_json(product)) for product in bare]


def choose_examples(customers: list[str], recommendations: RankedLists) -> list[str]:
    """Return a few customers that have recommendations, spread evenly over all of them."""
    positions = np.flatnonzero(np.diff(recommendations.offsets))
    count = min(EXAMPLE_CUSTOMERS, len(positions))
    return [customers[positions[place]] for place in np.linspace(0, len(positions) - 1, count, dtype=np.int64)]
