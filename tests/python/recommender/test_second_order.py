"""Neighbours of neighbours, on a catalogue small enough to walk by hand."""

from __future__ import annotations

from itertools import pairwise

import numpy as np
import pytest
import scipy.sparse as sp

from shelfwise.recommender.sessions import second_order
from shelfwise.recommender.sessions.second_order import with_second_order
from shelfwise.scoring.candidates import session_candidates
from shelfwise.scoring.index import PAIR_WEIGHTS, PRODUCT_FEATURES, SessionIndex
from shelfwise.scoring.prefixes import Prefixes


def index_of(weights: list[list[float]]) -> SessionIndex:
    """An index with these weights between products, each of which one session saw alone."""
    pairs = sp.csr_matrix(np.array(weights))
    n = pairs.shape[0]
    one_each = np.arange(n + 1)
    ones = np.ones(n, dtype=np.float32)
    return SessionIndex(
        product_ids=np.array([f"p{number}" for number in range(n)], dtype=object),
        pair_starts=pairs.indptr.astype(np.int64),
        pair_products=pairs.indices.astype(np.int32),
        pair_weights={name: pairs.data.astype(np.float32) for name in PAIR_WEIGHTS},
        posting_starts=one_each,
        posting_sessions=np.arange(n, dtype=np.int32),
        posting_steps=np.ones(n, dtype=np.int32),
        session_starts=one_each,
        session_products=np.arange(n, dtype=np.int32),
        session_steps=np.ones(n, dtype=np.int32),
        session_weights=ones,
        session_counts=np.ones(n, dtype=np.int64),
        rarity=ones,
        follower_weights=ones,
        follower_counts=ones,
        product_features=dict.fromkeys(PRODUCT_FEATURES, ones),
    )


# 0 and 1 stand near 2, which stands near both and near 3; 4 stands near nothing.
WEIGHTS = [
    [0.0, 0.0, 2.0, 0.0, 0.0],
    [0.0, 0.0, 1.0, 0.0, 0.0],
    [2.0, 1.0, 0.0, 1.0, 0.0],
    [0.0, 0.0, 1.0, 0.0, 0.0],
    [0.0, 0.0, 0.0, 0.0, 0.0],
]


def second_orders(index: SessionIndex) -> list[dict[int, float]]:
    """Each product's neighbours of neighbours with their weights."""
    starts = index.second_order_starts
    return [
        dict(
            zip(
                index.second_order_products[start:end].tolist(),
                index.second_order_weights[start:end].tolist(),
                strict=True,
            )
        )
        for start, end in pairwise(starts)
    ]


def test_a_walk_of_two_steps_is_as_likely_as_its_steps() -> None:
    walks = second_orders(with_second_order(index_of(WEIGHTS)))
    # From 0 all go to 2, which three products lead to; from there half go back, a quarter to 1 and a quarter to 3.
    quarter = pytest.approx(0.25 / np.sqrt(3))
    assert walks[0] == {1: quarter, 3: quarter}
    assert walks[1] == {0: pytest.approx(0.5 / np.sqrt(3)), 3: quarter}
    # From 2 every walk leads back, and from 4 there is none.
    assert walks[2] == {}
    assert walks[4] == {}


def test_only_the_best_are_followed_and_kept(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(second_order, "NEIGHBOURS_FOLLOWED", 1)
    # 2 leads to 0 alone: of 1 and 3, which are as near to each other as ever, nothing is known any more.
    assert second_orders(with_second_order(index_of(WEIGHTS)))[1] == {0: pytest.approx(1 / np.sqrt(3))}
    monkeypatch.setattr(second_order, "NEIGHBOURS_FOLLOWED", 3)
    monkeypatch.setattr(second_order, "KEPT", 1)
    assert [list(walks) for walks in second_orders(with_second_order(index_of(WEIGHTS)))] == [[1], [0], [], [0], []]


@pytest.mark.parametrize("products_at_once", [1, 2, 5])
def test_parts_make_no_difference(monkeypatch: pytest.MonkeyPatch, products_at_once: int) -> None:
    whole = second_orders(with_second_order(index_of(WEIGHTS)))
    monkeypatch.setattr(second_order, "PRODUCTS_AT_ONCE", products_at_once)
    assert second_orders(with_second_order(index_of(WEIGHTS))) == whole


def test_what_was_never_seen_together_is_proposed() -> None:
    plain = index_of(WEIGHTS)
    prefixes = Prefixes.of([[0]])
    assert 1 not in session_candidates(plain, prefixes).products
    found = session_candidates(with_second_order(plain), prefixes)
    assert {1, 3} <= set(found.products.tolist())
    weight = found.columns(("second_order_latest",))[found.products == 1, 0]
    assert weight == pytest.approx(0.25 / np.sqrt(3))


def test_without_pairs_there_is_no_second_order() -> None:
    assert second_orders(with_second_order(index_of([[0.0, 0.0], [0.0, 0.0]]))) == [{}, {}]
