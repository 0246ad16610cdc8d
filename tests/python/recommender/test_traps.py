"""The ways in which recommenders look better than they are, each tried here (docs/recommender.md names them)."""

from __future__ import annotations

from datetime import datetime, timedelta

import duckdb
import numpy as np
import pytest
import scipy.sparse as sp
from small_builds import build
from small_sessions import simulated_sessions, write_sessions

from shelfwise.recommender.benchmark.baskets import Baskets
from shelfwise.recommender.benchmark.purchase_contest import run_purchase_peer
from shelfwise.recommender.benchmark.purchase_peers import PurchasePeer
from shelfwise.recommender.benchmark.purchase_task import PurchaseTask
from shelfwise.recommender.dataset import Cutoff, History
from shelfwise.recommender.evaluation import MEASURES
from shelfwise.recommender.intervals import bootstrap_intervals
from shelfwise.recommender.leakage import LeakageError
from shelfwise.recommender.sessions.evaluation import measure_sessions, values_of_next
from shelfwise.recommender.sessions.examples import examples_of, read_session_examples
from shelfwise.recommender.sessions.training import train_sessions
from shelfwise.recommender.stopwatch import Stopwatch
from shelfwise.recommender.train import train
from shelfwise.scoring.index import SessionIndex

HIT_20 = MEASURES.index(("hit_rate", 20))
CUTOFF_AT = datetime(2026, 3, 1)


def silent(message: str) -> None:
    pass


@pytest.fixture
def database():
    with duckdb.connect() as connection:
        write_sessions(connection, simulated_sessions(1_600, 50, seed=8), test_from=1_200)
        yield connection


def test_an_index_that_holds_the_sessions_to_be_foretold_is_refused(database, settings_in) -> None:
    """Trap 1. The neighbours of one product were counted a moment too long."""
    for table in ("rec_session_pairs", "rec_session_products", "rec_session_postings"):
        database.execute("begin")
        database.execute(f"""
            update {table} set latest_source_at = (
                select cutoff_at from rec_session_cutoffs where cutoff_id = 'shop:training'
            )
            where rowid = (select max(rowid) from {table} where cutoff_id = 'shop:training')
        """)
        with pytest.raises(LeakageError, match="shop:training"):
            train_sessions(database, settings_in("data"), Stopwatch(silent))
        database.execute("rollback")


def test_an_index_knows_no_session_that_it_is_asked_about(database) -> None:
    """Traps 1 and 3: one moment divides all that is known from all that is asked."""
    for role in ("training", "test"):
        index = SessionIndex.read(database, f"shop:{role}")
        asked = read_session_examples(database, f"shop:{role}")
        first = database.execute(
            "select min(session_number) from rec_session_steps "
            "where session_started_at >= (select cutoff_at from rec_session_cutoffs where cutoff_id = ?)",
            [f"shop:{role}"],
        ).fetchall()[0][0]
        assert index.n_sessions < first
        assert len(index.session_starts) == index.n_sessions + 1
        assert index.posting_sessions.max() < index.n_sessions
        assert len(asked.targets) > 0


def test_what_is_learned_from_ends_where_the_test_begins(database) -> None:
    """Trap 3."""
    learned = read_session_examples(database, "shop:training")
    asked = read_session_examples(database, "shop:test")
    ends, begins = database.execute("""
        select
            max(case when s.session_ended_at < c.cutoff_at then s.session_ended_at end),
            min(case when s.session_started_at >= c.cutoff_at then s.session_started_at end)
        from rec_session_steps as s
        cross join rec_session_cutoffs as c
        where c.cutoff_id = 'shop:test'
    """).fetchall()[0]
    assert ends < begins
    assert learned.sessions.max() + 1 + asked.sessions.max() + 1 <= 1_600 - 1


def test_a_product_outside_the_candidates_is_a_miss_and_not_left_out(database) -> None:
    """Traps 2 and 5: no list is ranked against a few drawn products, and nothing that was bought is dropped."""
    lists = np.array([[3, 4, 5], [3, 4, 5], [-1, -1, -1]])
    values = values_of_next(lists, np.array([4, -1, -1]))
    assert len(values) == 3
    assert values[:, HIT_20].tolist() == [1, 0, 0]


def test_reloads_are_told_apart(database) -> None:
    """Trap 4: a session that stays at one product is all hits for a recommender of the last step, and no new one."""
    index = SessionIndex.read(database, "shop:test")
    examples = examples_of(
        np.zeros(3, dtype=np.int64), np.array([7, 7, 7], dtype=np.int32), np.ones(3, dtype=np.float32)
    )
    assert examples.is_repeat().tolist() == [True, True]
    lists = np.full((2, 20), 7)
    by_slice = {part.slice: part for part in measure_sessions("shop", index, examples, {"two_stage": lists})}
    assert by_slice["session_all"].values["two_stage"][:, HIT_20].tolist() == [1, 1]
    assert len(by_slice["session_new"].values["two_stage"]) == 0


def test_a_session_of_one_step_is_asked_about_its_second(database) -> None:
    """Trap 5."""
    index = SessionIndex.read(database, "shop:test")
    examples = examples_of(
        np.array([0, 0, 1, 1, 1]), np.array([7, 8, 1, 2, 3], dtype=np.int32), np.ones(5, dtype=np.float32)
    )
    by_slice = {
        part.slice: part for part in measure_sessions("shop", index, examples, {"two_stage": np.full((3, 20), 8)})
    }
    assert by_slice["session_cold"].values["two_stage"][:, HIT_20].tolist() == [1, 0]


def test_questions_of_one_session_are_no_independent_witnesses() -> None:
    """Trap 8: a hundred sessions asked ten times each say as much as a hundred."""
    of_session = np.random.default_rng(0).random(100)
    values = np.repeat(of_session, 10)[:, None]
    honest = np.diff(bootstrap_intervals(values, 1, np.repeat(np.arange(100), 10)), axis=0).item()
    boastful = np.diff(bootstrap_intervals(values, 1), axis=0).item()
    once = np.diff(bootstrap_intervals(of_session[:, None], 1), axis=0).item()
    assert honest == pytest.approx(once, rel=1e-9)
    assert boastful < 0.5 * honest


def task(bought_later: int) -> PurchaseTask:
    """A customer who bought product 0, and later buys another."""
    orders = sp.csr_matrix(np.array([[1.0, 0.0, 0.0]]))
    customers = np.array(["ann"], dtype=object)
    one = np.array([0])
    return PurchaseTask(
        Cutoff("s:2026-03-01", "s", "test", CUTOFF_AT, CUTOFF_AT + timedelta(30), 30),
        History(customers, orders, orders.copy(), {"ann": 0}),
        Baskets(one, one, one, np.array([1]), 1, 3),
        customers,
        one,
        sp.csr_matrix(([1.0], ([0], [bought_later])), (1, 3)),
    )


def test_settings_are_chosen_on_the_past_and_not_on_the_test() -> None:
    """Trap 9: the past prefers product 1, the test product 2; the method has to stay with what the past taught."""

    def fit(_, settings):
        scores = np.full((1, 3), -np.inf)
        scores[0, settings["product"]] = 1.0
        return lambda _: scores

    peer = PurchasePeer("one_product", fit, [{"product": 1}, {"product": 2}])
    outcome = run_purchase_peer(task(bought_later=1), task(bought_later=2), peer)
    assert outcome.settings == {"all": {"product": 1}, "new": {"product": 1}}
    assert outcome.lists["all"][0, 0] == 1
    assert outcome.tried == 2


def test_new_and_repeated_purchases_are_no_one_number() -> None:
    """Trap 7."""
    again, new = task(bought_later=0).slices(), task(bought_later=1).slices()
    assert again["all"][0].nnz == 1
    assert again["new"][0].nnz == 0
    assert new["new"][0].nnz == 1


def test_a_planted_leak_in_the_sessions_stops_training_as_a_whole(settings_in, tmp_path) -> None:
    settings = settings_in("data")
    with duckdb.connect(str(build(settings))) as connection:
        connection.execute("""
            update rec_session_postings set latest_source_at = (
                select cutoff_at from rec_session_cutoffs where cutoff_id = 'shop:test'
            )
            where cutoff_id = 'shop:test'
        """)
    with pytest.raises(LeakageError, match="shop:test"):
        train(settings, tmp_path / "run", silent)
