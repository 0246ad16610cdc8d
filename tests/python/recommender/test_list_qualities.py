"""What lists are beside right, against values worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from shelfwise.recommender.list_qualities import list_qualities


def test_two_lists_of_four_products() -> None:
    """Lists (0, 1) and (0, 2); product 0 had six customers before, the others two, one and none."""
    found = list_qualities(np.array([[0, 1], [0, 2]]), np.array([6, 2, 1, 0]))
    assert found["coverage"] == 0.75
    chances = np.array([7, 7, 3, 2]) / 13
    assert found["novelty"] == pytest.approx(-np.log2(chances).mean(), abs=1e-6)
    assert found["popularity_percentile"] == pytest.approx((3 + 3 + 2 + 1) / 3 / 4, abs=1e-6)
    # Half of each list, product 0, is on the other too.
    assert found["diversity"] == 0.5
    # Exposures 0, 1, 1, 2: twice the weighted sum 3 + 2 + 8 = 13 over 4, less 5, over 3.
    assert found["gini"] == pytest.approx((2 * 13 / 4 - 5) / 3, abs=1e-6)


def test_the_same_list_for_everybody_has_no_diversity() -> None:
    found = list_qualities(np.tile([3, 1], (10, 1)), np.arange(50))
    assert found["diversity"] == 0
    assert found["coverage"] == 2 / 50


def test_products_of_equal_popularity_are_in_the_middle() -> None:
    assert list_qualities(np.array([[0], [4]]), np.full(5, 3))["popularity_percentile"] == 0.5


def test_empty_places_are_no_product() -> None:
    assert list_qualities(np.array([[1, -1]]), np.array([1, 1]))["coverage"] == 0.5
    assert set(list_qualities(np.full((2, 3), -1), np.array([1, 1])).values()) == {0.0}


@given(st.integers(1, 6), st.integers(1, 8), st.integers(0, 1_000))
def test_all_but_novelty_lie_between_0_and_1(n_lists, k, seed) -> None:
    generator = np.random.default_rng(seed)
    lists = np.array([generator.permutation(12)[:k] for _ in range(n_lists)])
    found = list_qualities(lists, generator.integers(0, 20, 12))
    assert found.pop("novelty") >= 0
    assert all(-1e-9 <= value <= 1 + 1e-9 for value in found.values())
