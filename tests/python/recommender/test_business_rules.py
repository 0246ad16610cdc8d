"""The rules over the ranker's lists, on a few hundred shops drawn at random and run through dbt in one go."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable

import duckdb
import numpy as np
import pyarrow as pa
import pytest

from shelfwise.recommender.benchmark.upstream import make_upstream
from shelfwise.recommender.outputs import CUSTOMER_SCORES, write_outputs
from shelfwise.settings import Settings

pytestmark = pytest.mark.slow
N_SHOPS = 200
CATEGORIES = ("Kitchen", "Garden", "Toys", None)
LIST_LENGTH, RECENT_DAYS, CATEGORY_CAP = 20, 14, 5  # as in dbt_project.yml
Rows = list[dict]


def drawn_shops(seed: int) -> dict[str, Rows]:
    """Shops of up to 40 products and 6 customers, whose ranker proposes whatever it likes."""
    generator = np.random.default_rng(seed)
    tables: dict[str, Rows] = defaultdict(list)
    for number in range(N_SHOPS):
        shop = f"s{number}"
        products = [f"{shop}:p{product}" for product in range(int(generator.integers(1, 41)))]
        for product in products:
            tables["dim_products"].append(
                {
                    "product_id": product,
                    "namespace": shop,
                    "title": product,
                    "category": CATEGORIES[int(generator.integers(4))],
                    "is_in_stock": [True, True, False, None][int(generator.integers(4))],
                }
            )
            tables["rec_product_habits"].append(
                {"product_id": product, "is_replenishable": bool(generator.random() < 0.3)}
            )
        if generator.random() < 0.5:
            excluded = products[int(generator.integers(len(products)))]
            tables["recommendation_exclusions"].append({"namespace": shop, "product_id": excluded, "category": None})
        if generator.random() < 0.2:
            tables["recommendation_exclusions"].append({"namespace": shop, "product_id": None, "category": "Toys"})
        for customer in (f"{shop}:c{customer}" for customer in range(int(generator.integers(1, 7)))):
            tables["dim_customers"].append({"customer_id": customer, "namespace": shop, "country": "GB"})
            proposed = generator.permutation(len(products))
            tables["customer_scores"] += [
                {
                    "customer_id": customer,
                    "product_id": products[product],
                    "position": place + 1,
                    "score": 1 / (place + 2),
                    "reason": "popular",
                    "reason_product_id": None,
                    "reason_days": None,
                    "model_version": "m",
                }
                for place, product in enumerate(proposed)
            ]
            tables["rec_purchase_habits"] += [
                {
                    "customer_id": customer,
                    "product_id": products[product],
                    "days_since_last_order": int(generator.integers(1, 40)),
                    "is_habitual": bool(generator.random() < 0.2),
                }
                for product in proposed
                if generator.random() < 0.4
            ]
            tables["dismissed_recommendations"] += [
                {"device_id": f"{shop}:d", "customer_id": customer, "product_id": products[product]}
                for product in proposed
                if generator.random() < 0.1
            ]
    return tables


@pytest.fixture(scope="module")
def shops() -> dict[str, Rows]:
    return drawn_shops(seed=20)


@pytest.fixture(scope="module")
def lists(shops, dbt: Callable[..., str], project_dir, tmp_path_factory) -> dict[str, Rows]:
    """Each customer's list, in the order of its ranks, as the model makes it."""
    settings = Settings(project_dir=project_dir, data_dir=tmp_path_factory.mktemp("rules"))
    write_outputs(
        settings.model_output_path,
        {"customer_scores": [pa.Table.from_pylist(shops["customer_scores"], CUSTOMER_SCORES)]},
    )
    with duckdb.connect(str(settings.build_database)) as connection:
        make_upstream(connection, project_dir)
        connection.execute("create schema seeds")
        connection.execute("create table seeds.countries (country_name varchar, country_code varchar)")
        connection.execute("""
            create table seeds.recommendation_exclusions
            (namespace varchar, product_id varchar, category varchar, reason varchar)
        """)
        for model in ("rec_purchase_habits", "rec_product_habits", "dismissed_recommendations"):
            connection.register("incoming", pa.Table.from_pylist(shops[model]))
            connection.execute(f"create or replace table {model} as select * from incoming")
        for name, schema in (
            ("dim_products", "main"),
            ("dim_customers", "main"),
            ("recommendation_exclusions", "seeds"),
        ):
            connection.register("incoming", pa.Table.from_pylist(shops[name]))
            connection.execute(f"insert into {schema}.{name} by name select * from incoming")
    dbt(settings, "run", "--quiet", "--select", "rec_offered_products", "withheld_products", "recommendations")
    with duckdb.connect(str(settings.build_database), read_only=True) as connection:
        found = connection.execute("""
            select customer_id, product_id, rank from recommendations order by customer_id, rank
        """).fetchall()
    by_customer: dict[str, Rows] = defaultdict(list)
    for customer, product, rank in found:
        by_customer[customer].append({"product_id": product, "rank": rank})
    return by_customer


def allowed(shops: dict[str, Rows]) -> Callable[[str, str], bool]:
    """Return whether a product may be on a customer's list, told from the drawn rows in plain Python."""
    excluded = shops["recommendation_exclusions"]
    never = {
        product["product_id"]
        for product in shops["dim_products"]
        if product["is_in_stock"] is False
        or any(
            rule["namespace"] == product["namespace"]
            and (
                rule["product_id"] == product["product_id"]
                or (rule["category"] is not None and rule["category"] == product["category"])
            )
            for rule in excluded
        )
    }
    replenishable = {row["product_id"] for row in shops["rec_product_habits"] if row["is_replenishable"]}
    just_bought = {
        (row["customer_id"], row["product_id"])
        for row in shops["rec_purchase_habits"]
        if row["days_since_last_order"] <= RECENT_DAYS
        and not row["is_habitual"]
        and row["product_id"] not in replenishable
    }
    dismissed = {(row["customer_id"], row["product_id"]) for row in shops["dismissed_recommendations"]}
    unwanted = just_bought | dismissed
    return lambda customer, product: product not in never and (customer, product) not in unwanted


def test_no_list_breaks_a_rule(shops, lists) -> None:
    is_allowed = allowed(shops)
    category = {product["product_id"]: product["category"] for product in shops["dim_products"]}
    assert len(lists) > 2 * N_SHOPS
    for customer, rows in lists.items():
        assert [row["rank"] for row in rows] == list(range(1, len(rows) + 1))
        assert len({row["product_id"] for row in rows}) == len(rows) <= LIST_LENGTH
        assert all(is_allowed(customer, row["product_id"]) for row in rows)
        shown = Counter(category[row["product_id"]] for row in rows if category[row["product_id"]])
        assert all(count <= CATEGORY_CAP for count in shown.values())
        assert all(row["product_id"].startswith(customer.split(":")[0] + ":") for row in rows)


def test_the_rules_take_nothing_away_that_they_need_not_and_keep_the_order(shops, lists) -> None:
    """The list is what walking down the ranker's order gives, skipping what is not allowed or one too many."""
    is_allowed = allowed(shops)
    category = {product["product_id"]: product["category"] for product in shops["dim_products"]}
    expected: dict[str, list[str]] = defaultdict(list)
    taken: Counter = Counter()
    for row in sorted(shops["customer_scores"], key=lambda row: (row["customer_id"], row["position"])):
        customer, product = row["customer_id"], row["product_id"]
        if not is_allowed(customer, product):
            continue
        taken[customer, category[product]] += 1
        if category[product] is None or taken[customer, category[product]] <= CATEGORY_CAP:
            expected[customer].append(product)
    found = {customer: [row["product_id"] for row in rows] for customer, rows in lists.items()}
    assert found == {customer: products[:LIST_LENGTH] for customer, products in expected.items()}


def test_the_drawn_shops_try_every_rule(shops, lists) -> None:
    """So that the tests above could fail: each rule took something away."""
    assert any(product["is_in_stock"] is False for product in shops["dim_products"])
    assert any(rule["category"] for rule in shops["recommendation_exclusions"])
    assert max(len(rows) for rows in lists.values()) == LIST_LENGTH
