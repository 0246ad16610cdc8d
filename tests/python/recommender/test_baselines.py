"""Popularity, personal frequency and EASE on cases small enough to check."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp
from sklearn.base import clone
from sklearn.exceptions import NotFittedError
from sklearn.utils.estimator_checks import parametrize_with_checks

from shelfwise.errors import ShelfwiseError
from shelfwise.recommender import ease
from shelfwise.recommender.ease import Ease
from shelfwise.recommender.item_knn import ItemKnn
from shelfwise.recommender.personal_top_frequency import PersonalTopFrequency
from shelfwise.recommender.popularity import Popularity
from shelfwise.scoring.ranking import top_of_scores

RECENT = sp.csr_matrix(np.array([[3, 0, 0, 1], [0, 0, 1, 1], [0, 0, 0, 0]], dtype=float))


def test_popularity_counts_buyers_not_orders() -> None:
    model = Popularity().fit(RECENT)
    assert model.score_products(RECENT[:1]).tolist() == [[1, 0, 1, 2]]


def test_personal_frequency_comes_first_and_popularity_breaks_ties() -> None:
    model = PersonalTopFrequency().fit(RECENT)
    orders = sp.csr_matrix(np.array([[2.0, 1.0, 1.0, 0.0], [0.0, 0.0, 0.0, 0.0]]))
    # Products 1 and 2 were ordered once each: 2 had a buyer lately. Who bought nothing gets what is popular.
    assert top_of_scores(model.score_products(orders), 4).tolist() == [[0, 2, 1, 3], [3, 0, 2, 1]]


def test_ease_is_the_ridge_regression_of_each_product_on_all_others() -> None:
    bought = (np.random.default_rng(0).random((60, 8)) < 0.4).astype(float)
    weights = Ease(regularization=5.0).fit(sp.csr_matrix(bought)).weights_
    for product in range(8):
        others = np.delete(bought, product, axis=1)
        expected = np.linalg.solve(others.T @ others + 5.0 * np.eye(7), others.T @ bought[:, product])
        assert np.delete(weights[:, product], product) == pytest.approx(expected, abs=1e-4)
    assert np.diag(weights) == pytest.approx(0)


def test_ease_refuses_a_catalogue_it_cannot_hold(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(ease, "MOST_PRODUCTS", 3)
    with pytest.raises(ShelfwiseError, match="4 products"):
        Ease().fit(RECENT)


MODELS = [Popularity(), PersonalTopFrequency(), Ease(regularization=2.0), ItemKnn(n_neighbors=3)]


@parametrize_with_checks(MODELS)
def test_what_scikit_learn_asks_of_an_estimator(estimator, check) -> None:
    check(estimator)


@pytest.mark.parametrize("model", MODELS)
def test_scoring_follows_the_conventions(model) -> None:
    with pytest.raises(NotFittedError):
        model.score_products(RECENT)
    copy = clone(model)
    assert copy.get_params() == model.get_params()
    assert copy.fit(RECENT) is copy
    assert copy.score_products(RECENT).shape == RECENT.shape
    with pytest.raises(ValueError, match="features"):
        copy.score_products(RECENT[:, :2])
