"""Small build databases: the recommender's models as tables, filled by a simulation of habits."""

from __future__ import annotations

from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pyarrow as pa
from small_sessions import simulated_sessions, write_sessions

from shelfwise.settings import Settings

N_PRODUCTS = 40
COLOURS = ("red", "blue", "green", "white", "black")
SERVING = datetime(2026, 4, 1)
WINDOW_DAYS = 15
ROLES = ("serving", "test", "training", "training", "training")


def build(settings: Settings, n_customers: int = 90, shuffle_seed: int = 0, n_sessions: int = 40) -> Path:
    """Write a build database; the seed moves its rows about and changes nothing else."""
    tables = _tables(n_customers)
    generator = np.random.default_rng(shuffle_seed)
    settings.build_database.parent.mkdir(parents=True, exist_ok=True)
    with duckdb.connect(str(settings.build_database)) as connection:
        for name, rows in tables.items():
            table = pa.Table.from_pylist(rows)
            table = table.take(pa.array(generator.permutation(len(table))))
            connection.register("incoming", table)
            connection.execute(f"create or replace table {name} as select * from incoming")
        write_sessions(connection, simulated_sessions(n_sessions, N_PRODUCTS, seed=5), n_sessions * 3 // 4)
    return settings.build_database


def _tables(n_customers: int) -> dict[str, list[dict]]:
    generator = np.random.default_rng(11)
    popularity = generator.dirichlet(np.full(N_PRODUCTS, 0.5))
    tastes = [generator.choice(N_PRODUCTS, 6, replace=False) for _ in range(n_customers)]
    purchases = [
        (customer, int(product), day)
        for customer in range(n_customers)
        for day in np.sort(generator.choice(90, 7, replace=False))
        for product in {
            *generator.choice(tastes[customer], 2),
            *generator.choice(N_PRODUCTS, 1, p=popularity),
        }
    ]
    tables: dict[str, list[dict]] = {
        name: []
        for name in (
            "rec_purchases",
            "rec_cutoffs",
            "rec_target_customers",
            "rec_labels",
            "rec_examples",
            "rec_customer_product_features",
            "rec_product_features",
            "dim_products",
        )
    }
    tables["rec_purchases"] = [{"product_id": f"p{product:03}"} for _, product, _ in purchases]
    tables["rec_product_features"] = [{"product_id": f"p{product:03}"} for product in range(N_PRODUCTS)]
    tables["dim_products"] = [
        {"product_id": f"p{product:03}", "title": f"{COLOURS[product % 5]} thing {product}"}
        for product in range(N_PRODUCTS)
    ]
    for number, role in enumerate(ROLES):
        _add_window(tables, purchases, role, 90 - WINDOW_DAYS * number)
    return tables


def _add_window(tables: dict[str, list[dict]], purchases: list[tuple], role: str, cutoff_day: int) -> None:
    cutoff_at = SERVING - timedelta(days=90 - cutoff_day)
    cutoff_id = f"shop:{cutoff_at:%Y-%m-%d}"
    tables["rec_cutoffs"].append(
        {
            "cutoff_id": cutoff_id,
            "namespace": "shop",
            "cutoff_role": role,
            "cutoff_at": cutoff_at,
            "label_until": None if role == "serving" else cutoff_at + timedelta(days=WINDOW_DAYS),
            "label_window_days": WINDOW_DAYS,
        }
    )
    orders: dict[tuple[int, int], list[int]] = {}
    labels = set()
    for customer, product, day in purchases:
        if day < cutoff_day:
            orders.setdefault((customer, product), []).append(int(day))
        elif day < cutoff_day + WINDOW_DAYS:
            labels.add((customer, product))
    buyers = {customer for customer, _ in (orders if role == "serving" else labels)} & {pair[0] for pair in orders}
    product_counts = np.bincount([product for _, product in orders], minlength=N_PRODUCTS)
    key = {"cutoff_id": cutoff_id}
    tables["rec_labels"] += [{**key, **_ids(*pair)} for pair in labels if role != "serving"]
    tables["rec_target_customers"] += [{**key, "customer_id": f"c{customer:03}"} for customer in buyers]
    tables["rec_customer_product_features"] += [
        {**key, **_ids(*pair), "order_count": len(days), "days_since_last_order": cutoff_day - max(days)}
        for pair, days in orders.items()
    ]
    for customer in buyers:
        for product in range(N_PRODUCTS):
            days = orders.get((customer, product), [])
            tables["rec_examples"].append(
                {
                    **key,
                    **_ids(customer, product),
                    "cutoff_at": cutoff_at,
                    "latest_source_at": cutoff_at - timedelta(seconds=1),
                    "nearest_product_id": None if days else f"p{(product + 1) % N_PRODUCTS:03}",
                    "is_bought": None if role == "serving" else int((customer, product) in labels),
                    "is_from_copurchase": int(not days and product % 2),
                    "is_from_country": 0,
                    "is_from_new": 0,
                    "is_from_category": 0,
                    "pair_order_count": len(days),
                    "pair_days_since_last_order": cutoff_day - max(days) if days else None,
                    "pair_mean_interval_days": (max(days) - min(days)) / (len(days) - 1) if len(days) > 1 else None,
                    "pair_view_count_30d": 0,
                    "pair_cart_count_30d": 0,
                    "product_buyer_count": int(product_counts[product]),
                }
            )


def _ids(customer: int, product: int) -> dict[str, str]:
    return {"customer_id": f"c{customer:03}", "product_id": f"p{product:03}"}
