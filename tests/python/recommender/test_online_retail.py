"""The published figures of the baselines on real data, and ours above them."""

from __future__ import annotations

import pytest

from shelfwise.recommender.train import Trained, train

pytestmark = pytest.mark.slow


@pytest.fixture(scope="module")
def trained(online_retail_settings, tmp_path_factory) -> Trained:
    return train(online_retail_settings, tmp_path_factory.mktemp("run"), print)


def test_baselines_are_the_known_ones(trained: Trained) -> None:
    of_all = trained.scores["online_retail"]["all"]
    assert of_all["personal_top_frequency"] == pytest.approx(0.350, abs=0.01)
    assert of_all["popularity"] == pytest.approx(0.136, abs=0.005)


def test_ours_is_above_them_on_old_and_on_new(trained: Trained) -> None:
    scores = trained.scores["online_retail"]
    assert scores["all"]["two_stage"] >= 0.37
    assert scores["new"]["two_stage"] >= 1.5 * scores["new"]["popularity"]
