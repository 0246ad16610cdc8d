"""Segments of the model card: who is in which, and whose values are counted."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import numpy as np

from shelfwise.recommender.customer_segments import by_segment, customer_segments
from shelfwise.recommender.dataset import Cutoff, Examples
from shelfwise.recommender.evaluation import MEASURES, OURS, Measured

CUTOFF = Cutoff("s:2026-03-01", "s", "test", datetime(2026, 3, 1), datetime(2026, 3, 31), 30)


def examples(orders_and_ages: dict[str, tuple[float, float]]) -> Examples:
    """Two candidates a customer, who made so many orders, the last so many days ago."""
    customers = np.repeat(np.arange(len(orders_and_ages)), 2)
    return Examples(
        cutoff=CUTOFF,
        feature_names=("customer_order_count", "customer_days_since_last_order"),
        customer_ids=np.array(list(orders_and_ages), dtype=object),
        customers=customers,
        products=np.zeros(len(customers), dtype=np.int64),
        nearest=np.full(len(customers), -1),
        features=np.array(list(orders_and_ages.values()), dtype=np.float32)[customers],
        bought=np.zeros(len(customers), dtype=np.bool_),
    )


def test_customers_are_told_apart_by_orders_and_age() -> None:
    part = examples(
        {"a": (1, 30), "b": (1, 31), "c": (2, 3), "d": (4, 300), "e": (5, 1), "f": (0, float("nan")), "g": (9, 90)}
    )
    # Zoe had no candidates; f had looked at things and ordered nothing.
    segments = customer_segments(part, np.array(["zoe", *"gfedcba"], dtype=object))
    assert segments.tolist() == [
        "",
        "5 orders or more, none within 30 days",
        "",
        "5 orders or more, the latest within 30 days",
        "2 to 4 orders, none within 30 days",
        "2 to 4 orders, the latest within 30 days",
        "one order, none within 30 days",
        "one order, the latest within 30 days",
    ]


def test_without_the_features_nobody_has_a_segment() -> None:
    part = replace(examples({"a": (1, 30)}), feature_names=("other", "another"))
    assert customer_segments(part, part.customer_ids).tolist() == [""]


def test_each_customer_is_counted_in_the_own_segment() -> None:
    values = np.repeat([[0.1], [0.2], [0.3]], len(MEASURES), axis=1)
    everybody = Measured("s", "all", {OURS: values}, clusters=np.array([0, 2, 3]))
    parts = by_segment(everybody, np.array(["one", "one", "two", ""], dtype=object))
    assert [(part.slice, part.clusters.tolist(), part.values[OURS][:, 0].tolist()) for part in parts] == [
        ("one", [0], [0.1]),
        ("two", [2], [0.2]),
    ]
