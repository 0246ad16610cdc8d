"""Orders are a matter of scores and product numbers, never of the order of rows."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shelfwise.scoring.ranking import NOTHING, top_of_candidates, top_of_scores

candidates = st.lists(
    st.tuples(st.integers(0, 3), st.integers(0, 9), st.sampled_from([0.0, 0.25, 0.5, 1.0])),
    unique_by=lambda row: row[:2],
    max_size=40,
)


@given(rows=candidates, k=st.integers(1, 6), randomness=st.randoms())
def test_top_of_candidates_is_what_sorting_by_hand_gives(rows, k, randomness) -> None:
    shuffled = list(rows)
    randomness.shuffle(shuffled)
    groups, products, scores = (
        np.array([row[column] for row in shuffled], dtype=kind)
        for column, kind in enumerate((np.int64, np.int64, np.float64))
    )
    lists = top_of_candidates(groups, products, scores, n_groups=4, k=k)
    for group in range(4):
        expected = [
            product
            for _, product, _ in sorted((row for row in rows if row[0] == group), key=lambda row: (-row[2], row[1]))
        ][:k]
        assert lists[group].tolist() == expected + [NOTHING] * (k - len(expected))


def test_top_of_scores_breaks_ties_by_product_and_leaves_out_the_impossible() -> None:
    scores = np.array([[0.5, 1.0, 0.5, -np.inf], [-np.inf, -np.inf, -np.inf, 0.0]])
    assert top_of_scores(scores, 3).tolist() == [[1, 0, 2], [3, NOTHING, NOTHING]]


def test_top_of_scores_of_a_short_catalogue_is_padded() -> None:
    assert top_of_scores(np.array([[1.0, 2.0]]), 4).tolist() == [[1, 0, NOTHING, NOTHING]]
