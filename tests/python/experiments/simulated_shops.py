"""Visitors whose behaviour is drawn, as the tables that the models of the experiments read."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd

FIRST_DAY = datetime(2026, 3, 2)
DAYS = 14
CONTROL, TREATMENT = "popular", "trained"

CLICK_RATE = 0.12
ORDER_RATE = 0.10
MEAN_ORDER = 40.0


@dataclass(frozen=True)
class Effects:
    """By how much the treatment multiplies the chance of a click, of an order, and what an order is worth."""

    clicks: float = 1.0
    orders: float = 1.0
    worth: float = 1.0


@dataclass(frozen=True)
class SimulatedShop:
    """Impressions and order products of one shop."""

    impressions: pd.DataFrame
    order_products: pd.DataFrame


def simulate_shop(
    rng: np.random.Generator, namespace: str, devices: int, is_treated: np.ndarray, effects: Effects
) -> SimulatedShop:
    """Draw what each device is shown and does; devices differ much, so that impressions of one are not independent.

    ``is_treated`` has shape (devices,).
    """
    impressions = rng.geometric(0.2, devices)
    liking = rng.beta(0.6, 0.6 * (1 / CLICK_RATE - 1), devices)
    device = np.repeat(np.arange(devices), impressions)
    clicked = rng.random(len(device)) < (liking * np.where(is_treated, effects.clicks, 1.0))[device]
    first = np.concatenate([[True], device[1:] != device[:-1]])
    # everybody comes on the first day or the last: who only comes later would order less
    day = np.where(first, 0, rng.integers(0, DAYS, len(device)))
    shown = pd.DataFrame(
        {
            "namespace": namespace,
            "device_id": device_ids(namespace, devices)[device],
            "placement": "home",
            "impression_date": [(FIRST_DAY + timedelta(days=int(each))).date() for each in day],
            "shown_at": [FIRST_DAY + timedelta(days=int(each), hours=9) for each in day],
            "is_clicked": clicked,
        }
    )
    orders = np.flatnonzero(rng.random(devices) < ORDER_RATE * np.where(is_treated, effects.orders, 1.0))
    worth = rng.lognormal(np.log(MEAN_ORDER) - 0.5, 1.0, len(orders)) * np.where(is_treated[orders], effects.worth, 1.0)
    ordered_at = FIRST_DAY + timedelta(days=3)
    bought = pd.DataFrame(
        {
            "order_id": [f"{namespace}:o{each}" for each in orders],
            "product_id": f"{namespace}:p1",
            "namespace": namespace,
            "device_id": device_ids(namespace, devices)[orders],
            "net_revenue": np.round(worth, 2),
            "order_date": ordered_at.date(),
            "ordered_at": ordered_at,
        }
    )
    return SimulatedShop(shown, bought)


def device_ids(namespace: str, devices: int) -> np.ndarray:
    return np.array([f"{namespace}:d{number}" for number in range(devices)], dtype=object)


def hash_share(experiment: str, unit_id: str) -> float:
    """The number that says which arm a unit is in, as docs/experiments.md describes it."""
    return int.from_bytes(hashlib.sha256(f"{experiment}:{unit_id}".encode()).digest()[:8]) / 2**64


def arms_of(experiment: str, namespace: str) -> list[dict[str, object]]:
    """An experiment of two halves, as rows of the seed."""
    described = {
        "experiment_name": experiment,
        "namespace": namespace,
        "share": 0.5,
        "unit": "device",
        "placement": "home",
        "starts_on": FIRST_DAY.date(),
        "ends_on": (FIRST_DAY + timedelta(days=DAYS - 1)).date(),
        "metric": "click_through_rate",
        "guardrail_metrics": "conversion_rate revenue_per_unit",
    }
    return [
        {**described, "arm": CONTROL, "arm_number": 1, "strategy": "popular", "is_control": True},
        {**described, "arm": TREATMENT, "arm_number": 2, "strategy": "trained", "is_control": False},
    ]


def write_warehouse(database: Path, experiments: list[dict[str, object]], shops: list[SimulatedShop]) -> None:
    """Make a build database of what dim_experiment_arms and experiment_exposures read, and nothing else."""
    tables = {
        "seeds.experiments": pd.DataFrame(experiments),
        "main.fct_recommendation_impressions": pd.concat([shop.impressions for shop in shops]),
        "intermediate.int_order_products": pd.concat([shop.order_products for shop in shops]),
    }
    types = {"share": "decimal(9, 6)", "arm_number": "bigint", "net_revenue": "decimal(18, 4)"}
    with duckdb.connect(str(database)) as connection:
        for schema in ("seeds", "intermediate"):
            connection.execute(f"create schema {schema}")
        for name, rows in tables.items():
            connection.register("rows", rows)
            columns = ", ".join(f"cast({each} as {types[each]}) as {each}" if each in types else each for each in rows)
            connection.execute(f"create table {name} as select {columns} from rows")
            connection.unregister("rows")
        for table in ("main.fct_recommendation_impressions", "intermediate.int_order_products"):
            connection.execute(f"alter table {table} add column customer_id varchar")
