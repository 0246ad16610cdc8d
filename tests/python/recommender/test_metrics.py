"""Every measure against numbers worked out by hand."""

from __future__ import annotations

import numpy as np
import pytest

from shelfwise.recommender.metrics import hit_rate, mrr, ndcg, recall

# Places 2 and 3 of 4 are hits, of 3 products bought; no hit, of 1 bought; the first place, of 9 bought.
HITS = np.array([[False, True, True, False], [False] * 4, [True, False, False, False]])
TRUTH_SIZES = np.array([3, 1, 9])


def test_ndcg_divides_by_the_best_list_possible() -> None:
    gained = 1 / np.log2(3) + 1 / np.log2(4)
    ideal_of_three = 1 + 1 / np.log2(3) + 1 / np.log2(4)
    ideal_of_four = ideal_of_three + 1 / np.log2(5)
    assert ndcg(HITS, TRUTH_SIZES) == pytest.approx([gained / ideal_of_three, 0, 1 / ideal_of_four])


def test_recall_divides_by_what_fits_into_the_list() -> None:
    assert recall(HITS, TRUTH_SIZES) == pytest.approx([2 / 3, 0, 1 / 4])


def test_hit_rate_and_mrr_look_at_the_first_hit() -> None:
    assert hit_rate(HITS, TRUTH_SIZES) == pytest.approx([1, 0, 1])
    assert mrr(HITS, TRUTH_SIZES) == pytest.approx([1 / 2, 0, 1])


def test_a_perfect_list_scores_one() -> None:
    perfect = np.array([[True, True, False]])
    for measure in (ndcg, recall, hit_rate, mrr):
        assert measure(perfect, np.array([2])) == pytest.approx([1])
