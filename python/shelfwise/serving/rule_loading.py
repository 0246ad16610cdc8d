"""Reading the rules and experiments that a version publishes; one of an earlier release may have none of them."""

from __future__ import annotations

import logging
from collections import defaultdict
from itertools import groupby
from typing import Any

import duckdb

from shelfwise.serving.experiments import STRATEGIES, Arm, Experiment
from shelfwise.serving.list_loading import has_table, read_lists
from shelfwise.serving.lookups import Dismissed, RankedLists, Rules

logger = logging.getLogger(__name__)

WITHHELD = """
select
    customer_id as owner_id,
    product_id,
    row_number() over (partition by customer_id order by product_id) as rank,
    0 as score,
    getvariable('popular_reason') as reason
from withheld_products
"""
EXPERIMENTS = """
select
    experiment_name,
    namespace,
    unit,
    placement,
    starts_on,
    ends_on,
    arm,
    strategy,
    cast(share_from as double),
    cast(share_until as double)
from dim_experiment_arms
order by experiment_name, arm_number
"""
DISMISSED = """
select dismissed.customer_id, dismissed.device_id, positions.position
from dismissed_recommendations as dismissed
inner join product_positions as positions on dismissed.product_id = positions.id
"""


def read_withheld(connection: duckdb.DuckDBPyConnection, customer_count: int) -> RankedLists:
    """Return what customers have just bought and are not offered again, by customer."""
    if not has_table(connection, "withheld_products"):
        return RankedLists.empty(customer_count)
    return read_lists(connection, "withheld_products", WITHHELD, "customer_positions", customer_count)


def read_rules(connection: duckdb.DuckDBPyConnection) -> Rules:
    """Return the rules that hold at answer time."""
    if not has_table(connection, "recommendation_rules"):
        logger.warning("this version says nothing of its rules: what is out of stock is left out, and nothing else")
        return Rules()
    rows = connection.execute("select rule_value from recommendation_rules where rule_name = 'category_cap'").fetchall()
    return Rules(category_cap=rows[0][0] if rows else None)


def read_dismissed(connection: duckdb.DuckDBPyConnection) -> Dismissed:
    """Return what visitors waved away, and what was marked for customers."""
    if not has_table(connection, "dismissed_recommendations"):
        return Dismissed()
    rows = connection.execute(DISMISSED).fetchall()
    customers: defaultdict[str, set[int]] = defaultdict(set)
    devices: defaultdict[str, set[int]] = defaultdict(set)
    for customer_id, device_id, position in rows:
        if device_id is not None:
            devices[device_id].add(position)
        if customer_id is not None:
            customers[customer_id].add(position)
    return Dismissed(dict(customers), dict(devices))


def read_experiments(connection: duckdb.DuckDBPyConnection) -> tuple[Experiment, ...]:
    """Return the experiments by name; one that cannot be understood is logged and left out."""
    if not has_table(connection, "dim_experiment_arms"):
        return ()
    rows = connection.execute(EXPERIMENTS).fetchall()
    read = (read_experiment(name, list(arms)) for name, arms in groupby(rows, key=lambda row: row[0]))
    return tuple(experiment for experiment in read if experiment is not None)


def read_experiment(name: str, rows: list[tuple[Any, ...]]) -> Experiment | None:
    """Return one experiment of the rows of its arms; None, and a word in the log, for one without sense."""
    _, namespace, unit, placement, starts_on, ends_on, *_ = rows[0]
    arms = tuple(Arm(*row[6:]) for row in rows)
    if unit not in ("customer", "device") or any(arm.strategy not in STRATEGIES for arm in arms):
        logger.error("experiment %s has a unit or a strategy that is not known; it is not run", name)
        return None
    return Experiment(name, namespace, unit, placement, starts_on, ends_on, arms)
