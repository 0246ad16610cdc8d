"""The methods ours is compared with, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
import scipy.sparse as sp

from shelfwise.recommender.benchmark.baskets import Baskets
from shelfwise.recommender.benchmark.tifu_knn import TifuKnn
from shelfwise.recommender.benchmark.up_cf import UpCf
from shelfwise.recommender.item_knn import ItemKnn

# Customer 0: {a}, then {a, b}. Customer 1: {b}.
BASKETS = Baskets(
    customers=np.array([0, 0, 0, 1]),
    products=np.array([0, 1, 0, 1]),
    baskets_ago=np.array([0, 0, 1, 0]),
    basket_counts=np.array([2, 2, 2, 1]),
    n_customers=2,
    n_products=2,
)


def test_item_knn_is_a_shrunk_cosine() -> None:
    bought = sp.csr_matrix(np.array([[1.0, 1.0, 0.0], [1.0, 0.0, 1.0], [1.0, 1.0, 0.0]]))
    model = ItemKnn(n_neighbors=1, shrinkage=2.0).fit(bought)
    cosine = 2 / (np.sqrt(3 * 2) + 2)
    assert model.weights_.toarray()[0] == pytest.approx([0, cosine, 0])
    assert model.score_products(bought[1])[0] == pytest.approx([1 / (np.sqrt(3) + 2), cosine, 0])


def test_tifu_knn_decays_within_groups_and_from_group_to_group() -> None:
    model = TifuKnn(n_neighbors=1, within_decay=0.5, group_decay=0.1, n_groups=7, alpha=0.6).fit(BASKETS)
    # Two baskets make two groups of one: weights 1 and 0.1, over two groups.
    assert model.frequencies_.toarray() == pytest.approx(np.array([[0.55, 0.5], [0.0, 1.0]]))
    assert model.score_products(np.array([0]))[0] == pytest.approx([0.6 * 0.55, 0.6 * 0.5 + 0.4])


def test_tifu_knn_decays_within_a_group() -> None:
    model = TifuKnn(n_neighbors=1, within_decay=0.5, group_decay=0.1, n_groups=1, alpha=1.0).fit(BASKETS)
    assert model.frequencies_.toarray()[0] == pytest.approx([(1 + 0.5) / 2, 1 / 2])


def test_up_cf_spreads_recent_popularity_over_similar_customers() -> None:
    model = UpCf(recency=1, locality=2, alpha=0.5).fit(BASKETS)
    assert model.popularities_.toarray() == pytest.approx(np.array([[1.0, 1.0], [0.0, 1.0]]))
    near = (1 / np.sqrt(2 * 1)) ** 2
    assert model.score_products(np.array([0]))[0] == pytest.approx([1.0, 1.0 + near])


def test_equal_scores_do_not_depend_on_the_order_of_customers() -> None:
    model = UpCf().fit(BASKETS)
    both = model.score_products(np.array([0, 1]))
    assert np.array_equal(both[::-1], model.score_products(np.array([1, 0])))
