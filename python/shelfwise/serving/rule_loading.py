"""Reading the rules and experiments that a version publishes; one of an earlier release may have none of them."""

from __future__ import annotations

import logging
from datetime import UTC, datetime
from itertools import groupby
from typing import Any

import duckdb

from shelfwise.serving.experiments import STRATEGIES, Arm, Experiment
from shelfwise.serving.list_loading import has_tables, read_lists
from shelfwise.serving.lookups import RankedLists, Rules

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
    experiment_name, unit, placement, cast(starts_at as timestamp), cast(ends_at as timestamp), arm, strategy, share
from experiments
order by experiment_name, arm
"""


def read_withheld(connection: duckdb.DuckDBPyConnection, customer_count: int) -> RankedLists:
    """Return what customers have just bought and are not offered again, by customer."""
    if not has_tables(connection, "withheld_products"):
        return RankedLists.empty(customer_count)
    return read_lists(connection, "withheld_products", WITHHELD, "customer_positions", customer_count)


def read_rules(connection: duckdb.DuckDBPyConnection) -> Rules:
    """Return the rules that hold at answer time."""
    if not has_tables(connection, "recommendation_rules"):
        logger.warning("this version says nothing of its rules: what is out of stock is left out, and nothing else")
        return Rules()
    rows = connection.execute("select rule_value from recommendation_rules where rule_name = 'category_cap'").fetchall()
    return Rules(category_cap=rows[0][0] if rows else None)


def read_experiments(connection: duckdb.DuckDBPyConnection) -> tuple[Experiment, ...]:
    """Return the experiments by name, their arms by name; one that cannot be understood is logged and left out."""
    if not has_tables(connection, "experiments"):
        return ()
    rows = connection.execute(EXPERIMENTS).fetchall()
    read = (read_experiment(name, list(arms)) for name, arms in groupby(rows, key=lambda row: row[0]))
    return tuple(experiment for experiment in read if experiment is not None)


def read_experiment(name: str, rows: list[tuple[Any, ...]]) -> Experiment | None:
    """Return one experiment of the rows of its arms; None, and a word in the log, for one without sense."""
    _, unit, placement, starts_at, ends_at, *_ = rows[0]
    arms = tuple(Arm(row[5], row[6], float(row[7])) for row in rows)
    if unit not in ("customer", "device") or any(arm.strategy not in STRATEGIES for arm in arms):
        logger.error("experiment %s has a unit or a strategy that is not known; it is not run", name)
        return None
    return Experiment(name, unit, placement or None, _in_utc(starts_at), _in_utc(ends_at) if ends_at else None, arms)


def _in_utc(moment: datetime) -> datetime:
    return moment.replace(tzinfo=UTC)
