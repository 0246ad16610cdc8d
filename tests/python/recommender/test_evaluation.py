"""The protocol: slices apart, the whole catalogue, what nobody could foresee a miss, gains paired."""

from __future__ import annotations

from datetime import datetime

import numpy as np
import pytest
import scipy.sparse as sp

from shelfwise.recommender.dataset import Cutoff, Examples, History, Labels
from shelfwise.recommender.evaluation import MEASURES, OURS, EvaluationWindow, Measured, summarise, together

NDCG_20 = MEASURES.index(("ndcg", 20))
HIT_RATE_20 = MEASURES.index(("hit_rate", 20))
CUTOFF = Cutoff("s:2026-03-01", "s", "test", datetime(2026, 3, 1), datetime(2026, 3, 31), 30)


def window() -> EvaluationWindow:
    """Anna bought products 0 and 1 before; in the window she buys 0, 2 and the never sold 4. Zoe was not known."""
    orders = sp.csr_matrix(np.array([[3.0, 1.0, 0.0, 0.0, 0.0], [0.0, 0.0, 0.0, 1.0, 0.0]]))
    days = orders.copy()
    days.data = np.array([5.0, 90.0, 3.0])
    history = History(np.array(["anna", "ben"], dtype=object), orders, days, {"anna": 0, "ben": 1})
    examples = Examples(
        cutoff=CUTOFF,
        feature_names=("pair_order_count",),
        customer_ids=np.array(["anna"], dtype=object),
        customers=np.zeros(3, dtype=np.int64),
        products=np.array([0, 1, 2]),
        nearest=np.full(3, -1),
        features=np.array([[3], [1], [0]], dtype=np.float32),
        bought=np.array([True, False, True]),
    )
    labels = Labels(
        np.array(["anna", "zoe"], dtype=object), np.array([0, 0, 0, 1], dtype=np.int64), np.array([0, 2, 4, 3])
    )
    return EvaluationWindow(examples, history, labels)


def measured_by_slice(scores: list[float]) -> dict[str, Measured]:
    return {part.slice: part for part in window().measure({OURS: np.array(scores)})}


def test_all_counts_every_purchase_and_the_unforeseen_as_a_miss() -> None:
    part = measured_by_slice([0.9, 0.1, 0.5])["all"]
    ideal = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    assert part.values[OURS][:, NDCG_20] == pytest.approx([(1 + 1 / np.log2(3)) / ideal])
    # P-TopFreq lists 0, 1, then what is popular (3), then the rest by number: 2 fourth, 4 fifth.
    frequency = (1 + 1 / np.log2(5) + 1 / np.log2(6)) / ideal
    assert part.values["personal_top_frequency"][:, NDCG_20] == pytest.approx([frequency])


def test_new_leaves_out_what_was_bought_before_on_both_sides() -> None:
    part = measured_by_slice([0.9, 0.8, 0.1])["new"]
    # Product 2 is first once 0 and 1 are out; 2 and 4 were to be found.
    assert part.values[OURS][:, NDCG_20] == pytest.approx([1 / (1 + 1 / np.log2(3))])


def test_cold_customers_get_what_is_popular_and_are_counted_apart() -> None:
    parts = measured_by_slice([0.9, 0.1, 0.5])
    assert {name: len(part.values[OURS]) for name, part in parts.items()} == {"all": 1, "new": 1, "cold": 1}
    cold = parts["cold"]
    assert cold.values[OURS] == pytest.approx(cold.values["popularity"])
    assert cold.values[OURS][0, HIT_RATE_20] == 1


def test_gains_are_paired_by_customer() -> None:
    """A model that is better by the same amount for everybody has a gain without doubt, however wide the scores."""
    base = np.random.default_rng(0).random((50, len(MEASURES))) * 0.5
    values = {OURS: base + 0.1, "personal_top_frequency": base, "popularity": np.zeros_like(base)}
    scores, gains = summarise(together([Measured("s", "all", values, np.arange(50))]), seed=1)
    gain = next(g for g in gains if g.namespace == "s" and g.baseline == "personal_top_frequency")
    assert (gain.value, gain.lower_bound, gain.upper_bound) == pytest.approx((0.1, 0.1, 0.1))
    ours = next(s for s in scores if s.model_name == OURS and s.namespace == "s")
    assert ours.upper_bound - ours.lower_bound > 0.02
    assert {score.namespace for score in scores} == {"s", "all"}
    assert {score.slice for score in scores} == {"all"}
