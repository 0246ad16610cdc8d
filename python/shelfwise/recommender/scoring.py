"""From candidates to what the warehouse keeps: each customer's best, with probability and reason."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
from numpy.typing import NDArray

from shelfwise.recommender.dataset import Examples
from shelfwise.recommender.outputs import CUSTOMER_SCORES
from shelfwise.recommender.ranker import TwoStageRanker
from shelfwise.recommender.reasons import reasons_of
from shelfwise.scoring.ranking import NOTHING, positions_in_groups

# More than is shown: business rules take some away.
KEPT_PER_CUSTOMER = 100


def score_examples(
    examples: Examples,
    ranker: TwoStageRanker,
    feature_names: tuple[str, ...],
    version: str,
    product_ids: NDArray[np.object_],
) -> pa.Table:
    """Return the best candidates of every customer as a table of `outputs.CUSTOMER_SCORES`.

    ``feature_names`` are those the ranker was fitted on, in order.
    """
    scores = ranker.decision_function(examples.with_only(feature_names).features)
    order, positions = positions_in_groups(examples.customers, examples.products, scores)
    kept = positions < KEPT_PER_CUSTOMER
    rows = order[kept]
    probabilities = np.round(ranker.probabilities(scores[rows]), 9)
    reasons = reasons_of(examples)
    reason_products = reasons.products[rows]
    reason_days = reasons.days[rows]
    return pa.table(
        {
            "customer_id": pa.array(examples.customer_ids[examples.customers[rows]], pa.string()),
            "product_id": pa.array(product_ids[examples.products[rows]], pa.string()),
            "position": positions[kept] + 1,
            "score": probabilities,
            "reason": pa.array(reasons.codes[rows], pa.string()),
            "reason_product_id": pa.array(product_ids[reason_products], pa.string(), mask=reason_products == NOTHING),
            "reason_days": pa.array(reason_days, pa.int64(), mask=reason_days == 0),
            "model_version": pa.array([version] * len(rows), pa.string()),
        },
        schema=CUSTOMER_SCORES,
    )
