"""Why a product is recommended, told from the features of its row; the first that fits is the reason."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shelfwise.recommender.dataset import Examples
from shelfwise.scoring.ranking import NOTHING

FEWEST_ORDERS_FOR_A_RHYTHM = 3


@dataclass(frozen=True)
class Reasons:
    """For each row: a code, the product it refers to (-1: none) and the days it refers to (0: none)."""

    codes: NDArray[np.object_]
    products: NDArray[np.int64]
    days: NDArray[np.int64]


def reasons_of(examples: Examples) -> Reasons:
    """Return the reasons of all rows; the sentences are made by the model `recommendations`."""
    order_counts = examples.column("pair_order_count")
    intervals = np.nan_to_num(examples.column("pair_mean_interval_days"))
    has_rhythm = (order_counts >= FEWEST_ORDERS_FOR_A_RHYTHM) & (intervals >= 1)
    is_near = examples.nearest != NOTHING
    looked_at = examples.column("pair_view_count_30d") + examples.column("pair_cart_count_30d") > 0
    codes = np.select(
        [
            has_rhythm,
            order_counts > 0,
            looked_at,
            is_near & (examples.column("is_from_copurchase") > 0),
            examples.column("is_from_country") > 0,
            examples.column("is_from_new") > 0,
            examples.column("is_from_category") > 0,
        ],
        [
            "repurchase_due",
            "bought_before",
            "viewed",
            "bought_together",
            "popular_in_country",
            "new_in_category",
            "popular_in_category",
        ],
        default="popular",
    ).astype(object)
    return Reasons(
        codes=codes,
        products=np.where(codes == "bought_together", examples.nearest, NOTHING),
        days=np.where(codes == "repurchase_due", np.rint(intervals), 0).astype(np.int64),
    )
