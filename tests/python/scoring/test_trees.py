"""Trees by look-up give what scikit-learn's walk gives, to the last bit."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from shelfwise.recommender.ranker import TwoStageRanker
from shelfwise.recommender.ranker_file import save_ranker
from shelfwise.scoring.ranker_file import SavedRanker
from shelfwise.scoring.trees import ROWS_AT_ONCE, Trees, walked_sums

N_FEATURES = 6


def fitted(folder: Path, max_leaf_nodes: int, *, with_nan: bool = True) -> tuple[TwoStageRanker, SavedRanker]:
    """A ranker on rows with whole numbers, fractions and NaN, as fitted and as saved."""
    generator = np.random.default_rng(max_leaf_nodes)
    features = generator.normal(size=(4_000, N_FEATURES)).astype(np.float32)
    features[:, 1] = generator.integers(0, 5, len(features))
    if with_nan:
        features[generator.random(features.shape) < 0.1] = np.nan
    labels = np.nan_to_num(features[:, 0] * features[:, 2]) + np.nan_to_num(features[:, 1]) > 2
    ranker = TwoStageRanker(max_iter=30, max_leaf_nodes=max_leaf_nodes, min_samples_leaf=5).fit(features, labels)
    save_ranker(ranker, tuple(f"f{number}" for number in range(N_FEATURES)), folder / "ranker.npz")
    return ranker, SavedRanker.load(folder / "ranker.npz")


@pytest.fixture(scope="module", params=[(2, True), (31, True), (31, False), (60, True), (150, True)])
def pair(
    request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory
) -> tuple[TwoStageRanker, SavedRanker]:
    leaves, with_nan = request.param
    return fitted(tmp_path_factory.mktemp("ranker"), leaves, with_nan=with_nan)


def test_trees_of_any_size_give_scikit_learns_numbers(pair: tuple[TwoStageRanker, SavedRanker]) -> None:
    ranker, saved = pair
    features = np.random.default_rng(1).normal(size=(3 * ROWS_AT_ONCE + 7, N_FEATURES)).astype(np.float32)
    features[::3, 2] = np.nan
    assert np.array_equal(saved.decision_function(features), ranker.decision_function(features))


@settings(max_examples=50, deadline=None)
@given(data=st.data())
def test_values_at_thresholds_go_left(pair: tuple[TwoStageRanker, SavedRanker], data: st.DataObject) -> None:
    ranker, saved = pair
    thresholds = saved.arrays["threshold"][~saved.arrays["is_leaf"]].astype(np.float32)
    thresholds = thresholds[np.isfinite(thresholds)]  # without any NaN above it, a node's threshold may be infinite
    values = st.one_of(st.sampled_from(thresholds.tolist()), st.just(float("nan")), st.floats(-5, 5, width=32))
    rows = data.draw(st.lists(st.lists(values, min_size=N_FEATURES, max_size=N_FEATURES), min_size=1, max_size=5))
    features = np.array(rows, dtype=np.float32)
    assert np.array_equal(saved.decision_function(features), ranker.decision_function(features))


def test_only_trees_with_more_leaves_than_a_word_has_bits_are_walked(tmp_path: Path) -> None:
    small, large = (fitted(tmp_path, leaves)[1] for leaves in (60, 150))
    assert small.trees is not None
    assert large.trees is None
    features = np.random.default_rng(2).normal(size=(50, N_FEATURES)).astype(np.float32)
    assert np.array_equal(walked_sums(small.arrays, features, 0.5), Trees.of(small.arrays).sums(features, 0.5))  # type: ignore[union-attr]


def test_no_rows_have_no_scores(pair: tuple[TwoStageRanker, SavedRanker]) -> None:
    assert pair[1].decision_function(np.zeros((0, N_FEATURES), dtype=np.float32)).shape == (0,)
