"""The recommendations door: could a shopper be shown this?

Before the first training `recommendations` and `recommendation_scores` are empty and pass; `popular_products` has to be
there whatever happens, for it is what the API falls back to.
"""

from __future__ import annotations

from great_expectations.expectations.expectation import Expectation

from shelfwise.quality.suites import forecasts, published
from shelfwise.quality.suites.rules import filled, no_rows, satisfies, unique_together
from shelfwise.quality.suites.vocabulary import DATA_SCIENCE
from shelfwise.quality.tables import ERROR, WARN, TableSuite
from shelfwise.warehouse.connections import quote_text

# Fifty products, or a hundredth of a larger catalogue, or half of a small one; among a few customers it says nothing.
COVERAGE = """
    with
    catalogues as (
        select namespace, count(*) as product_count from dim_products group by namespace
    ),
    recommended as (
        select namespace, count(distinct product_id) as product_count, count(distinct customer_id) as customer_count
        from recommendations
        group by namespace
    )
    select
        namespace,
        recommended.product_count as recommended_product_count,
        catalogues.product_count as catalogue_product_count
    from recommended
    inner join catalogues using (namespace)
    where recommended.customer_count >= 100
        and recommended.product_count
            < {factor} * greatest(least(50, catalogues.product_count / 2), catalogues.product_count / 100)
"""

OURS_AND_POPULARITY = """
    with
    newest as (
        select model_version from recommendation_scores order by trained_at desc, model_version desc limit 1
    ),
    scores as (
        select * from recommendation_scores where model_version in (select model_version from newest)
    )
    select
        ours.namespace, ours.slice, ours.metric, ours.k,
        ours.value as our_value, popularity.value as popularity_value
    from scores as ours
    left join scores as popularity
        on ours.namespace = popularity.namespace and ours.slice = popularity.slice
        and ours.metric = popularity.metric and ours.k = popularity.k and popularity.model_name = 'popularity'
    where ours.role = 'ours' and ours.slice = 'all' and ours.metric = 'ndcg'
"""


def sellable(table: str, product_column: str) -> Expectation:
    """Every product of a column exists and can be bought."""
    return no_rows(
        f"""
        select lists.namespace, lists.rank, lists.{product_column}, products.is_in_stock
        from {table} as lists
        left join dim_products as products on lists.{product_column} = products.product_id
        where products.product_id is null or not coalesce(products.is_in_stock, true)
        """,
        "Every product on the list is a product, and in stock",
    )


RECOMMENDATIONS = TableSuite(
    "recommendations",
    DATA_SCIENCE,
    ("namespace", "rank", "product_id"),
    (
        unique_together(("customer_id", "rank"), "A customer has one product at each rank"),
        unique_together(("customer_id", "product_id"), "A customer sees a product once"),
        no_rows(
            """
            select namespace, min(rank) as first_rank, max(rank) as last_rank, count(*) as product_count
            from recommendations
            group by namespace, customer_id
            having min(rank) <> 1 or max(rank) <> count(*)
            """,
            "A customer's ranks are 1, 2, 3, … without a gap",
        ),
        filled("score", "Every recommendation has a score"),
        satisfies("score", "isfinite(score)", "Every score is a finite number"),
        filled("reason", "Every recommendation has a reason for the shopper"),
        satisfies("reason", "trim(reason) <> ''", "Every reason says something"),
        filled("reason_code", "Every recommendation has a reason code"),
        filled("model_version", "Every recommendation names its model"),
        sellable("recommendations", "product_id"),
        satisfies(
            "product_id",
            "split_part(product_id, ':', 1) = split_part(customer_id, ':', 1)",
            "Every product is of the customer's own shop",
        ),
        no_rows(COVERAGE.format(factor=1), "The lists have not collapsed to a few products", severity=ERROR),
        no_rows(COVERAGE.format(factor=2), "The lists are not about to collapse to a few products", severity=WARN),
        no_rows(
            """
            select namespace, product_id, count(*) as customer_count
            from recommendations
            where rank = 1
            group by namespace, product_id
            qualify count(*) > 0.5 * sum(count(*)) over (partition by namespace)
                and sum(count(*)) over (partition by namespace) >= 100
            """,
            "No product is the first for more than half of a shop's customers",
            severity=WARN,
        ),
    ),
)

SIMILAR_PRODUCTS = TableSuite(
    "similar_products",
    DATA_SCIENCE,
    ("product_id", "rank", "similar_product_id"),
    (
        unique_together(("product_id", "rank"), "A product has one similar product at each rank"),
        unique_together(("product_id", "similar_product_id"), "A similar product comes once"),
        satisfies("similar_product_id", "similar_product_id <> product_id", "No product is similar to itself"),
        satisfies("score", "isfinite(score)", "Every score is a finite number"),
        filled("reason", "Every similar product has a reason"),
        sellable("similar_products", "similar_product_id"),
        no_rows(
            """
            select products.namespace, count(*) as product_count, count(listed.product_id) as with_similar_products
            from dim_products as products
            left join (select distinct product_id from similar_products) as listed using (product_id)
            where coalesce(products.is_in_stock, true)
            group by products.namespace
            having count(*) > 1 and count(listed.product_id) < 0.5 * count(*)
            """,
            "At least half of the products that can be bought have similar products",
            severity=WARN,
        ),
    ),
)

POPULAR_PRODUCTS = TableSuite(
    "popular_products",
    DATA_SCIENCE,
    ("namespace", "segment_type", "segment", "rank", "product_id"),
    (
        no_rows(
            """
            select namespace, count(*) as order_count
            from fct_orders
            where order_number is not null
                and namespace not in (select namespace from popular_products where segment_type = 'all')
            group by namespace
            """,
            "Every shop with customers' orders has popular products, trained or not: the API falls back to them",
        ),
        unique_together(("namespace", "segment_type", "segment", "rank"), "A segment has one product at each rank"),
        unique_together(("namespace", "segment_type", "segment", "product_id"), "A segment has a product once"),
        satisfies("score", "isfinite(score)", "Every score is a finite number"),
        satisfies("buyer_count", "buyer_count >= 1", "What is popular has buyers"),
        sellable("popular_products", "product_id"),
    ),
)

RECOMMENDATION_SCORES = TableSuite(
    "recommendation_scores",
    DATA_SCIENCE,
    ("model_version", "model_name", "namespace", "slice", "metric", "k"),
    (
        unique_together(
            ("model_version", "model_name", "namespace", "slice", "metric", "k"), "A measurement is one row"
        ),
        satisfies(
            "value",
            "isfinite(value) and value between lower_bound and upper_bound",
            "Every measurement is a number within its interval",
        ),
        no_rows(
            OURS_AND_POPULARITY + "and popularity.value is null",
            "The newest model was compared with popularity",
            severity=WARN,
        ),
        no_rows(
            OURS_AND_POPULARITY + "and ours.value < popularity.value",
            "The newest model is no worse than showing everybody what is popular",
            severity=WARN,
        ),
    ),
)


def suites(trained_model: str | None) -> list[TableSuite]:
    """Return what to expect, the newest of trained models given; None before the first training."""
    tables = [
        RECOMMENDATIONS,
        SIMILAR_PRODUCTS,
        POPULAR_PRODUCTS,
        RECOMMENDATION_SCORES,
        *forecasts.SUITES,
        *published.SUITES,
    ]
    return [_after_training(trained_model), *tables] if trained_model else tables


def _after_training(trained_model: str) -> TableSuite:
    """What training left is what the marts hold."""
    version = quote_text(trained_model)
    return TableSuite(
        "recommendations",
        DATA_SCIENCE,
        ("model_version",),
        tuple(
            no_rows(
                f"select {version} as model_version "
                f"where not exists (select 1 from {table} where model_version = {version})",
                description,
            )
            for table, description in (
                (
                    "recommendations",
                    "The model that was trained has recommendations; "
                    "`dbt build --select tag:after_training` makes them",
                ),
                ("recommendation_scores", "The model that was trained has been evaluated"),
            )
        ),
    )
