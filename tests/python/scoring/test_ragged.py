"""Lists in flat arrays, against plain loops."""

from __future__ import annotations

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from shelfwise.scoring.ragged import gather, ranks_of_best, starts_of

lists_of_scores = st.lists(st.lists(st.sampled_from([0.0, 0.25, 0.5, 0.75, 1.0, 3.5]), max_size=12), max_size=8)


def flat(lists: list[list[float]]) -> tuple[np.ndarray, np.ndarray]:
    lengths = np.array([len(values) for values in lists], dtype=np.int64)
    values = np.array([value for values in lists for value in values], dtype=np.float32)
    return np.concatenate([[0], np.cumsum(lengths)]), values


@given(lists_of_scores, st.lists(st.integers(0, 7), max_size=10))
def test_gather_walks_through_the_lists_asked_for(lists, asked) -> None:
    starts, values = flat(lists)
    asked = [number for number in asked if number < len(lists)]
    owners, places = gather(starts, np.array(asked, dtype=np.int64))
    expected = [(owner, value) for owner, number in enumerate(asked) for value in lists[number]]
    assert list(zip(owners.tolist(), values[places].tolist(), strict=True)) == expected


@given(lists_of_scores, st.integers(1, 6))
def test_ranks_are_those_of_sorting_with_earlier_places_first_among_equals(lists, k) -> None:
    starts, values = flat(lists)
    expected = []
    for of_list in lists:
        order = sorted(range(len(of_list)), key=lambda place: (-of_list[place], place))
        rank = {place: number + 1 for number, place in enumerate(order[:k]) if of_list[place] > 0}
        expected += [rank.get(place, 0) for place in range(len(of_list))]
    assert ranks_of_best(starts, values, k).tolist() == expected


@given(st.lists(st.integers(0, 5)))
def test_starts_are_where_each_owner_begins(owners) -> None:
    owners = np.sort(np.array(owners, dtype=np.int64))
    starts = starts_of(owners, 6)
    for owner in range(6):
        assert (owners[starts[owner] : starts[owner + 1]] == owner).all()
    assert starts[-1] == len(owners)
