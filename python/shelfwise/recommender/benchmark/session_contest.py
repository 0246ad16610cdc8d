"""One method on the session benchmark: settings chosen on the latest sessions of the training data, then the test."""

from __future__ import annotations

import time
from dataclasses import dataclass

import duckdb
import numpy as np
from numpy.typing import NDArray

from shelfwise.recommender.benchmark.contender import CHOSEN_BY, LIST_LENGTH, Outcome
from shelfwise.recommender.benchmark.session_files import Questions
from shelfwise.recommender.benchmark.session_peers import SessionPeer
from shelfwise.recommender.benchmark.session_task import SessionTask, task_of_questions
from shelfwise.recommender.sessions.completed_index import completed
from shelfwise.recommender.sessions.evaluation import values_of_next
from shelfwise.recommender.sessions.examples import read_session_examples
from shelfwise.recommender.sessions.recommender import SessionRecommender
from shelfwise.scoring.index import SessionIndex

TUNING_PREFIXES = 5_000


@dataclass(frozen=True)
class SessionQuestions:
    """What is asked on the sessions of a shop in a scratch warehouse."""

    connection: duckdb.DuckDBPyConnection
    namespace: str
    questions: Questions
    seed: int

    @property
    def tuned_on(self) -> str:
        """The cutoff before the sessions that settings are chosen on."""
        return f"{self.namespace}:test"

    @property
    def tested_on(self) -> str:
        """The cutoff after all sessions that are known."""
        return f"{self.namespace}:serving"


def run_session_peer(asked: SessionQuestions, peer: SessionPeer) -> Outcome:
    """Choose the peer's settings, then let it answer the questions."""
    started = time.monotonic()
    chosen = peer.grid[0]
    if len(peer.grid) > 1:
        examples = read_session_examples(asked.connection, asked.tuned_on).sample(TUNING_PREFIXES, asked.seed)
        earlier = SessionTask(SessionIndex.read(asked.connection, asked.tuned_on, with_pairs=False), examples)
        found = [
            quality(peer.fit(earlier, settings)(examples.prefixes, LIST_LENGTH), examples.targets)
            for settings in peer.grid
        ]
        chosen = peer.grid[int(np.argmax(found))]
        del earlier
    tuned = time.monotonic()
    task = task_of_questions(SessionIndex.read(asked.connection, asked.tested_on, with_pairs=False), asked.questions)
    read = time.monotonic()
    answer = peer.fit(task, chosen)
    fitted = time.monotonic()
    lists = answer(task.examples.prefixes, LIST_LENGTH)
    return Outcome(
        name=peer.name,
        role="peer",
        lists={"all": lists},
        settings=chosen,
        tried=len(peer.grid),
        fit_s=fitted - read,
        predict_s=time.monotonic() - fitted,
        tune_s=tuned - started,
    )


def run_session_ours(asked: SessionQuestions, recommender: SessionRecommender) -> Outcome:
    """Learn from the latest sessions of the training data, then answer on all of it."""
    started = time.monotonic()
    examples = read_session_examples(asked.connection, asked.tuned_on)
    recommender.fit(completed(SessionIndex.read(asked.connection, asked.tuned_on), asked.seed), examples)
    index = completed(SessionIndex.read(asked.connection, asked.tested_on), asked.seed)
    fitted = time.monotonic()
    task = task_of_questions(index, asked.questions)
    lists = recommender.recommend(index, task.examples.prefixes, LIST_LENGTH)
    return Outcome(
        name="two_stage",
        role="ours",
        lists={"all": lists},
        settings=recommender.get_params(),
        tried=1,
        fit_s=fitted - started,
        predict_s=time.monotonic() - fitted,
        tune_s=0.0,
    )


def quality(lists: NDArray[np.int64], targets: NDArray[np.int64]) -> float:
    """Return the mean NDCG@20 of lists with one right answer each: what settings are chosen by."""
    return float(values_of_next(lists, targets)[:, CHOSEN_BY].mean())
