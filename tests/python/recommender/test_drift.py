"""What is scored beside what was learned from, and scores beside those that were published."""

from __future__ import annotations

import numpy as np
import pyarrow as pa
import pytest

from shelfwise.recommender.drift import (
    FeatureDistribution,
    class_counts,
    class_ends,
    drift_table,
    score_distribution,
    stability_index,
)
from shelfwise.recommender.outputs import CUSTOMER_SCORES, RECOMMENDER_DRIFT


def distribution(reference: np.ndarray) -> FeatureDistribution:
    ends = [class_ends(column) for column in reference.T]
    found = FeatureDistribution(tuple(f"f{number}" for number in range(reference.shape[1])), ends, [])
    found.reference = found.counts(reference)
    found.now = [np.zeros_like(counts) for counts in found.reference]
    return found


class Part:
    def __init__(self, features: np.ndarray) -> None:
        self.features = features


def test_another_draw_of_one_population_is_stable_and_a_planted_shift_is_not() -> None:
    generator = np.random.default_rng(5)
    reference = generator.normal(size=(20_000, 3)).astype(np.float32)
    now = generator.normal(size=(5_000, 3)).astype(np.float32)
    now[:, 1] += 1  # planted
    now[: len(now) // 2, 2] = np.nan  # half of it went missing
    found = distribution(reference)
    for part in np.array_split(now, 3):
        found.add(Part(part))  # type: ignore[arg-type]
    indexes = found.indexes()
    assert indexes["f0"] < 0.02
    assert indexes["f1"] > 0.25
    assert indexes["f2"] > 0.25


def test_nothing_scored_is_no_drift() -> None:
    assert distribution(np.ones((10, 2), np.float32)).indexes() == {}


def test_a_feature_of_one_value_or_none_has_classes() -> None:
    for values in (np.full(50, 3, np.float32), np.full(50, np.nan, np.float32)):
        ends = class_ends(values)
        assert class_counts(values, ends).sum() == 50
        assert stability_index(class_counts(values, ends), class_counts(values, ends)) == pytest.approx(0)


def test_scores_are_counted_by_shop_and_compared_with_those_published() -> None:
    def scores(probabilities: np.ndarray) -> pa.Table:
        rows = [
            {"customer_id": f"{shop}:c{number}", "product_id": f"{shop}:p", "position": 1, "score": float(score)}
            for shop in ("a", "b")
            for number, score in enumerate(probabilities if shop == "a" else probabilities[:10])
        ]
        return pa.Table.from_pylist(rows, schema=CUSTOMER_SCORES)

    generator = np.random.default_rng(1)
    calm = scores(generator.beta(1, 30, size=2_000))
    published = score_distribution([calm])
    assert {shop: sum(counts) for shop, counts in published.items()} == {"a": 2_000, "b": 10}
    doubled = score_distribution([scores(np.minimum(generator.beta(1, 30, size=2_000) * 4, 1))])
    found = distribution(np.ones((10, 1), np.float32))
    table = drift_table("m", found, doubled, {"a": published["a"]})
    assert table.schema == RECOMMENDER_DRIFT
    (row,) = table.to_pylist()
    assert (row["signal"], row["name"]) == ("score_drift", "a")
    assert row["stability_index"] > 0.25
    assert drift_table("m", found, published, published).column("stability_index").to_pylist() == [0, 0]
    assert drift_table("m", found, published, {}).num_rows == 0
