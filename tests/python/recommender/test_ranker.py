"""The ranker as a scikit-learn estimator, and its promises of its own."""

from __future__ import annotations

import numpy as np
import pytest
from sklearn.utils.estimator_checks import parametrize_with_checks
from threadpoolctl import threadpool_limits

from shelfwise.recommender.ranker import TwoStageRanker
from shelfwise.recommender.ranker_file import save_ranker
from shelfwise.scoring.ranker_file import SavedRanker


def rows(seed: int, n_groups: int = 60, per_group: int = 40) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """Rows whose label follows the first two features; the third is unknown throughout, others partly."""
    generator = np.random.default_rng(seed)
    features = generator.normal(size=(n_groups * per_group, 5)).astype(np.float32)
    bought = features[:, 0] + 0.5 * features[:, 1] + generator.normal(size=len(features)) > 1.5
    features[generator.random(len(features)) < 0.3, 1] = np.nan
    features[:, 2] = np.nan
    return features, bought, np.repeat(np.arange(n_groups), per_group)


@parametrize_with_checks([TwoStageRanker(max_iter=10, min_samples_leaf=5)])
def test_scikit_learn_conventions(estimator, check) -> None:
    check(estimator)


def test_threads_do_not_change_the_model() -> None:
    features, bought, groups = rows(1)
    scores = []
    for threads in (1, 2):
        with threadpool_limits(threads, "openmp"):
            model = TwoStageRanker(max_iter=20).fit(features, bought, groups)
            scores.append(model.decision_function(features))
    assert np.array_equal(*scores)


def test_groups_without_a_purchase_teach_nothing() -> None:
    features, bought, groups = rows(2)
    empty = groups >= 30
    bought[empty] = False
    with_them = TwoStageRanker(max_iter=10).fit(features, bought, groups)
    assert with_them.n_rows_ == (~empty).sum()
    alone = TwoStageRanker(max_iter=10).fit(features[~empty], bought[~empty], groups[~empty])
    assert np.array_equal(with_them.decision_function(features), alone.decision_function(features))


def test_thinned_negatives_leave_probabilities_in_place() -> None:
    features, bought, groups = rows(3, n_groups=200)
    thinned = TwoStageRanker(max_iter=30, most_negatives=2_000).fit(features, bought, groups)
    assert thinned.n_rows_ < 0.5 * len(features)
    assert thinned.predict_proba(features)[:, 1].mean() == pytest.approx(bought.mean(), rel=0.1)


def test_calibration_mends_probabilities_and_keeps_the_order() -> None:
    features, bought, groups = rows(4)
    model = TwoStageRanker(max_iter=20).fit(features, bought, groups)
    before = model.decision_function(features)
    held_out, sold_out, _ = rows(5)
    half = sold_out & (np.random.default_rng(0).random(len(sold_out)) < 0.5)
    model.calibrate(held_out, half)
    assert model.predict_proba(held_out)[:, 1].mean() == pytest.approx(half.mean())
    assert np.array_equal(model.decision_function(features), before)
    order = np.argsort(before, kind="stable")
    assert (np.diff(model.predict_proba(features)[order, 1]) >= 0).all()


@pytest.mark.parametrize("calibrated", [False, True])
def test_the_saved_ranker_gives_the_same_numbers(tmp_path, calibrated: bool) -> None:
    features, bought, groups = rows(6)
    model = TwoStageRanker(max_iter=15).fit(features, bought, groups)
    if calibrated:
        model.calibrate(features, bought)
    names = tuple(f"feature_{number}" for number in range(features.shape[1]))
    save_ranker(model, names, tmp_path / "ranker.npz")
    saved = SavedRanker.load(tmp_path / "ranker.npz")
    assert saved.feature_names == names
    assert saved.decision_function(features) == pytest.approx(model.decision_function(features))
    assert saved.probabilities(features) == pytest.approx(model.predict_proba(features)[:, 1])
