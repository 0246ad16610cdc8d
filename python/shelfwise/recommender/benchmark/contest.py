"""What is asked of every method: kept in the scratch folder, so that each can run in a process of its own."""

from __future__ import annotations

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import duckdb
import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from shelfwise.errors import ShelfwiseError
from shelfwise.recommender.benchmark.contender import Outcome
from shelfwise.recommender.benchmark.profiles import PROFILES
from shelfwise.recommender.benchmark.purchase_contest import run_purchase_ours, run_purchase_peer
from shelfwise.recommender.benchmark.purchase_peers import purchase_peers
from shelfwise.recommender.benchmark.purchase_task import PurchaseTask, read_purchase_task, read_truth
from shelfwise.recommender.benchmark.session_contest import SessionQuestions, run_session_ours, run_session_peer
from shelfwise.recommender.benchmark.session_files import read_prefixes
from shelfwise.recommender.benchmark.session_peers import session_peers
from shelfwise.recommender.benchmark.session_task import task_of_questions
from shelfwise.recommender.dataset import Warehouse
from shelfwise.scoring.index import SessionIndex
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build

OURS = "two_stage"
SESSIONS, PURCHASES = "sessions", "purchases"


@dataclass(frozen=True)
class Contest:
    """A kind of question (`sessions` or `purchases`) about a shop, the file of prefixes it needs, and the profile."""

    kind: str
    namespace: str
    prefixes: str
    profile: str

    def save(self, folder: Path) -> None:
        """Write it into the scratch folder."""
        (folder / "contest.json").write_text(json.dumps(asdict(self)), encoding="utf-8")

    def session_questions(self, connection: duckdb.DuckDBPyConnection, seed: int) -> SessionQuestions:
        """Return what is asked about sessions, with the prefixes read."""
        questions = read_prefixes(connection, Path(self.prefixes))
        return SessionQuestions(connection, self.namespace, questions, seed)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """Read it from the scratch folder."""
        return cls(**json.loads((folder / "contest.json").read_text(encoding="utf-8")))


def methods(kind: str, n_products: int) -> tuple[list[str], list[str]]:
    """Return the names of the methods that can run, ours first, and of those the catalogue is too large for."""
    peers: list[Any] = list(session_peers() if kind == SESSIONS else purchase_peers())
    fits = [peer.most_products is None or n_products <= peer.most_products for peer in peers]
    able = [peer.name for peer, fit in zip(peers, fits, strict=True) if fit]
    return [OURS, *able], [peer.name for peer, fit in zip(peers, fits, strict=True) if not fit]


def run_method(contest: Contest, settings: Settings, name: str) -> Outcome:
    """Run one method on the contest's data. Raises ShelfwiseError for a method there is not."""
    with connect_build(settings) as connection:
        if contest.kind == SESSIONS:
            asked = contest.session_questions(connection, settings.seed)
            if name == OURS:
                return run_session_ours(asked, PROFILES[contest.profile].session(settings.seed))
            return run_session_peer(asked, _named(session_peers(), name))
        warehouse = Warehouse(connection)
        task = read_task(warehouse)
        if name == OURS:
            return run_purchase_ours(warehouse, task, PROFILES[contest.profile].ranker(settings.seed))
        return run_purchase_peer(read_earlier_task(warehouse), task, _named(purchase_peers(), name))


def read_task(warehouse: Warehouse) -> PurchaseTask:
    """Return the task of the test: known is all that the scratch warehouse holds."""
    serving = next(cutoff for cutoff in warehouse.cutoffs() if cutoff.role == "serving")
    return read_purchase_task(warehouse, serving, read_truth(warehouse))


def read_earlier_task(warehouse: Warehouse) -> PurchaseTask | None:
    """Return the latest task whose truth is known before the test, on which peers are tuned; None if there is none."""
    earlier = next((cutoff for cutoff in warehouse.cutoffs() if cutoff.role == "test"), None)
    return None if earlier is None else read_purchase_task(warehouse, earlier, warehouse.labels(earlier))


def questions_of(
    contest: Contest, settings: Settings
) -> tuple[dict[str, tuple[sp.csr_matrix, NDArray[np.bool_]]], NDArray[np.int64], NDArray[np.int64]]:
    """Return the slices of the truth, who asked each question, and how many had each product of the catalogue."""
    with connect_build(settings) as connection:
        if contest.kind == PURCHASES:
            task = read_task(Warehouse(connection))
            buyers = np.bincount(task.history.order_counts.indices, minlength=task.history.order_counts.shape[1])
            return task.slices(), np.arange(len(task.customer_ids)), buyers
        about = contest.session_questions(connection, settings.seed)
        index = SessionIndex.read(connection, about.tested_on, with_pairs=False)
        asked = task_of_questions(index, about.questions)
        targets = asked.examples.targets
        # A product the index does not know is a column of its own, which no list can name.
        columns = np.where(targets < 0, index.n_products, targets)
        truth = sp.csr_matrix(
            (np.ones(len(targets)), (np.arange(len(targets)), columns)), (len(targets), index.n_products + 1)
        )
        slices = {name: (truth, chosen) for name, chosen in asked.slices().items()}
        return slices, asked.examples.sessions, index.session_counts


def _named(peers: list[Any], name: str) -> Any:
    found = [peer for peer in peers if peer.name == name]
    if not found:
        raise ShelfwiseError(f"there is no method {name!r}", remedy=f"Known: {', '.join(p.name for p in peers)}")
    return found[0]
