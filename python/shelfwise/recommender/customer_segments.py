"""Customers by how often and how lately they had ordered at the cutoff: is the ranker good for some of them only?"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from shelfwise.recommender.dataset import Examples
from shelfwise.recommender.evaluation import Measured

# Least orders, and what such customers are called; the last that fits.
ORDER_COUNTS = ((1, "one order"), (2, "2 to 4 orders"), (5, "5 orders or more"))
LATELY_DAYS = 30
FEATURES = ("customer_order_count", "customer_days_since_last_order")


def customer_segments(examples: Examples, customer_ids: NDArray[np.object_]) -> NDArray[np.object_]:
    """Return the segment of each customer (n_customers,) at the examples' cutoff; empty for one without orders.

    Nobody has one where the SQL no longer makes `FEATURES`.
    """
    segments = np.full(len(customer_ids), "", dtype=object)
    if not set(FEATURES) <= set(examples.feature_names):
        return segments
    places = {customer: place for place, customer in enumerate(customer_ids)}
    first_rows = np.unique(examples.customers, return_index=True)[1]
    order_counts, ages = (examples.column(name)[first_rows] for name in FEATURES)
    for customer, orders, age in zip(examples.customers[first_rows], order_counts, ages, strict=True):
        place = places.get(examples.customer_ids[customer])
        if place is not None and orders >= 1:
            often = [name for least, name in ORDER_COUNTS if orders >= least][-1]
            lately = f"{'the latest' if age <= LATELY_DAYS else 'none'} within {LATELY_DAYS} days"
            segments[place] = f"{often}, {lately}"
    return segments


def by_segment(part: Measured, segments: NDArray[np.object_]) -> list[Measured]:
    """Return the values of each segment's customers as slices named after it; ``part.clusters`` are places in it."""
    of_rows = segments[part.clusters]
    return [
        Measured(
            namespace=part.namespace,
            slice=segment,
            values={model: values[of_rows == segment] for model, values in part.values.items()},
            clusters=part.clusters[of_rows == segment],
        )
        for segment in sorted(set(of_rows) - {""})
    ]
