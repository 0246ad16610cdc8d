"""The session recommender on sessions around a ring: candidates, features, learning, and no dependence on chance."""

from __future__ import annotations

import duckdb
import numpy as np
import pytest
from small_sessions import simulated_sessions, write_sessions
from threadpoolctl import threadpool_limits

from shelfwise.recommender.sessions.examples import examples_of, read_session_examples
from shelfwise.recommender.sessions.recommender import SessionRecommender
from shelfwise.scoring.candidates import session_candidates
from shelfwise.scoring.index import SessionIndex
from shelfwise.scoring.neighbours import neighbour_scores
from shelfwise.scoring.prefixes import LONGEST_PREFIX, Prefixes, Visited

N_PRODUCTS = 60


@pytest.fixture(scope="module")
def database():
    with duckdb.connect() as connection:
        write_sessions(connection, simulated_sessions(1_500, N_PRODUCTS, seed=3), test_from=1_100)
        yield connection


def small() -> SessionRecommender:
    return SessionRecommender(max_iter=40, min_samples_leaf=20)


def test_a_prefix_ends_before_every_step_but_the_first() -> None:
    made = examples_of(
        np.array([0, 0, 0, 1, 1]), np.array([5, 6, 7, 8, 9], dtype=np.int32), np.ones(5, dtype=np.float32)
    )
    starts = made.prefixes.starts
    prefixes = [made.prefixes.products[starts[i] : starts[i + 1]].tolist() for i in range(len(made.targets))]
    assert prefixes == [[5], [5, 6], [8]]
    assert made.targets.tolist() == [6, 7, 9]
    assert made.sessions.tolist() == [0, 0, 1]


def test_a_product_counts_where_it_was_last_and_long_prefixes_are_cut() -> None:
    visited = Visited.of(Prefixes.of([[3, 4, 3], list(range(30)), []]), n_products=50)
    first = visited.prefixes == 0
    assert dict(zip(visited.products[first].tolist(), visited.steps_back[first].tolist(), strict=True)) == {3: 0, 4: 1}
    assert visited.counts[first].tolist() == [2, 1]
    assert sorted(visited.products[visited.prefixes == 1].tolist()) == list(range(30 - LONGEST_PREFIX, 30))
    assert visited.lengths.tolist() == [3, LONGEST_PREFIX, 0]


def test_session_knn_by_hand() -> None:
    """Sessions a b, a c, b c: after a, both neighbours hold a; each neighbour's products score its similarity."""
    with duckdb.connect() as connection:
        write_sessions(connection, [[0, 1], [0, 2], [1, 2]], test_from=2)
        index = SessionIndex.read(connection, "shop:serving")
    rarity = max(np.log(3 / 3), 0.1)
    assert index.rarity == pytest.approx([rarity] * 3)
    weights = np.exp(-2 * np.array([2, 1, 0]) / 3) / np.sqrt(2)
    assert index.session_weights == pytest.approx(weights)
    found = neighbour_scores(index, Visited.of(Prefixes.of([[0]]), 3))
    keys, scores = found.keys, found.scores[0]
    expected = {0: rarity**2 * (weights[0] + weights[1]), 1: rarity**2 * weights[0], 2: rarity**2 * weights[1]}
    assert dict(zip(keys.tolist(), scores.tolist(), strict=True)) == pytest.approx(expected)


def test_one_prefix_at_a_time_gives_what_a_batch_gives(database) -> None:
    index = SessionIndex.read(database, "shop:serving")
    prefixes = read_session_examples(database, "shop:test").prefixes
    some = prefixes.take(np.arange(0, len(prefixes), 37))
    together = session_candidates(index, some)
    for row in range(len(some)):
        alone = session_candidates(index, some.take(np.array([row])))
        of_row = together.prefixes == row
        assert np.array_equal(alone.products, together.products[of_row])
        np.testing.assert_array_equal(alone.features, together.features[of_row])


def test_a_prefix_without_a_known_step_has_no_candidates_and_gets_what_is_popular(database) -> None:
    index = SessionIndex.read(database, "shop:serving")
    examples = read_session_examples(database, "shop:test")
    model = small().fit(SessionIndex.read(database, "shop:test"), examples)
    lists = model.recommend(index, Prefixes.of([[], [1]]), 5)
    popular = np.argsort(-index.product_features["recent_steps"], kind="stable")[:5]
    assert lists[0].tolist() == popular.tolist()
    assert len(set(lists[1].tolist())) == 5


def test_it_learns_what_comes_next_and_beats_the_neighbours(database) -> None:
    earlier = SessionIndex.read(database, "shop:test")
    examples = read_session_examples(database, "shop:test")
    rows = np.arange(len(examples.targets))
    learned, asked = rows[examples.sessions < 200], rows[examples.sessions >= 200]
    from shelfwise.recommender.sessions.examples import SessionExamples

    model = small().fit(
        earlier, SessionExamples(examples.prefixes.take(learned), examples.targets[learned], examples.sessions[learned])
    )
    lists = model.recommend(earlier, examples.prefixes.take(asked), 3)
    found = (lists == examples.targets[asked][:, None]).any(axis=1).mean()
    # Of five equally likely turns three go one step on, so the best three products are right four times in five.
    assert found > 0.7


def test_rows_in_another_order_and_other_threads_change_nothing(database) -> None:
    made = []
    for threads, shuffled in ((1, False), (2, True)):
        if shuffled:
            for (name,) in database.execute("select table_name from duckdb_tables()").fetchall():
                database.execute(f"create or replace table {name} as select * from {name} order by hash(rowid)")
        with threadpool_limits(threads, "openmp"), threadpool_limits(1, "blas"):
            examples = read_session_examples(database, "shop:test")
            model = small().fit(SessionIndex.read(database, "shop:test"), examples)
            made.append(model.recommend(SessionIndex.read(database, "shop:serving"), examples.prefixes, 20))
    assert np.array_equal(*made)
