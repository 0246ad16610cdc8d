"""The methods that ours is compared with on sessions, and the settings each is tuned over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from shelfwise.recommender.benchmark.session_task import SessionTask
from shelfwise.recommender.ease import MOST_PRODUCTS, Ease
from shelfwise.recommender.item_knn import ItemKnn
from shelfwise.recommender.sessions.evaluation import session_knn_lists
from shelfwise.recommender.sessions.recommender import lists_in_parts
from shelfwise.scoring.prefixes import Prefixes, Visited
from shelfwise.scoring.ranking import NOTHING, top_of_candidates

Settings = dict[str, Any]


# Gives the k best next products of each prefix, (n_prefixes, k).
AnswerPrefixes = Callable[[Prefixes, int], NDArray[np.int64]]


@dataclass(frozen=True)
class SessionPeer:
    """A method: ``fit`` returns the function that answers prefixes; ``grid`` are the settings it may choose among."""

    name: str
    fit: Callable[[SessionTask, Settings], AnswerPrefixes]
    grid: list[Settings] = field(default_factory=lambda: [{}])
    most_products: int | None = None


# How much a step counts the further back it is: from the last step alone to all alike.
STEP_DECAYS = (0.5, 0.8)


def session_peers() -> list[SessionPeer]:
    """Return the peers that can run here: those of the library implicit only where it is installed."""
    decays: list[Settings] = [{"decay": decay} for decay in STEP_DECAYS]
    peers = [
        SessionPeer("popularity", _popularity),
        SessionPeer("item_knn", _item_knn, [{"n_neighbors": k} | d for k in (100, 300) for d in decays]),
        SessionPeer("session_knn", _session_knn),
        SessionPeer(
            "ease",
            _ease,
            [{"regularization": value} | d for value in (50.0, 200.0, 500.0) for d in decays],
            most_products=MOST_PRODUCTS,
        ),
    ]
    return peers + (_implicit_peers(decays) if find_spec("implicit") else [])


def _implicit_peers(decays: list[Settings]) -> list[SessionPeer]:
    return [
        SessionPeer(
            "implicit_tfidf", _implicit_knn, [{"model": "tfidf", "K": k} | d for k in (100, 300) for d in decays]
        ),
        SessionPeer(
            "implicit_bm25",
            _implicit_knn,
            [{"model": "bm25", "K": 300, "K1": k1, "B": b} | d for k1, b in ((1.2, 0.2), (1.2, 0.75)) for d in decays],
        ),
        SessionPeer(
            "implicit_als",
            _implicit_als,
            [
                {"factors": f, "alpha": 1.0, "regularization": 0.01, "decay": decay}
                for f, decay in ((128, 0.8), (256, 0.8), (256, 0.5))
            ],
        ),
    ]


def prefix_weights(prefixes: Prefixes, n_products: int, decay: float) -> sp.csr_matrix:
    """Return (n_prefixes, n_products) weights of the steps: 1 for the last, less by ``decay`` with each step back."""
    visited = Visited.of(prefixes, n_products)
    return sp.csr_matrix((decay**visited.steps_back, (visited.prefixes, visited.products)), (len(prefixes), n_products))


def _best_of_sparse(scores: sp.csr_matrix, k: int) -> NDArray[np.int64]:
    rows = np.repeat(np.arange(scores.shape[0]), np.diff(scores.indptr))
    positive = scores.data > 0
    return top_of_candidates(
        rows[positive], scores.indices[positive].astype(np.int64), scores.data[positive], scores.shape[0], k
    )


def _answers(task: SessionTask, answer: AnswerPrefixes) -> AnswerPrefixes:
    """Return a function that answers a few prefixes at a time and fills empty places with what is popular."""
    return lambda prefixes, k: lists_in_parts(task.index, prefixes, k, lambda part: answer(part, k))


def _by_similarity(task: SessionTask, similarity: sp.csr_matrix, decay: float) -> AnswerPrefixes:
    def answer(part: Prefixes, k: int) -> NDArray[np.int64]:
        weights = prefix_weights(part, task.index.n_products, decay)
        return _best_of_sparse((weights @ similarity).tocsr(), k)

    return _answers(task, answer)


def _popularity(task: SessionTask, _: Settings) -> AnswerPrefixes:
    return _answers(task, lambda part, k: np.full((len(part), k), NOTHING))


def _session_knn(task: SessionTask, _: Settings) -> AnswerPrefixes:
    return lambda prefixes, k: session_knn_lists(task.index, prefixes, k)


def _item_knn(task: SessionTask, settings: Settings) -> AnswerPrefixes:
    model = ItemKnn(settings["n_neighbors"], shrinkage=0.0).fit(task.visits)
    return _by_similarity(task, model.weights_, settings["decay"])


def _ease(task: SessionTask, settings: Settings) -> AnswerPrefixes:
    model = Ease(settings["regularization"]).fit(task.visits)

    def answer(prefixes: Prefixes, k: int) -> NDArray[np.int64]:
        scores = model.score_products(prefix_weights(prefixes, task.index.n_products, settings["decay"]))
        return np.argsort(-scores, axis=1, kind="stable")[:, :k]

    return _answers(task, answer)


def _implicit_knn(task: SessionTask, settings: Settings) -> AnswerPrefixes:
    from implicit.nearest_neighbours import BM25Recommender, TFIDFRecommender

    options = {name: value for name, value in settings.items() if name not in ("model", "decay")}
    model = {"bm25": BM25Recommender, "tfidf": TFIDFRecommender}[settings["model"]](num_threads=0, **options)
    model.fit(task.visits, show_progress=False)
    return _by_similarity(task, sp.csr_matrix(model.similarity), settings["decay"])


def _implicit_als(task: SessionTask, settings: Settings) -> AnswerPrefixes:
    from implicit.als import AlternatingLeastSquares

    options = {name: value for name, value in settings.items() if name != "decay"}
    model = AlternatingLeastSquares(iterations=15, random_state=0, **options)
    model.fit(task.visits.astype(np.float32), show_progress=False)

    def answer(prefixes: Prefixes, k: int) -> NDArray[np.int64]:
        weights = prefix_weights(prefixes, task.index.n_products, settings["decay"]).astype(np.float32)
        users = np.arange(len(prefixes))
        products, scores = model.recommend(users, weights, N=k, filter_already_liked_items=False, recalculate_user=True)
        return np.where(scores > -np.inf, products, NOTHING).astype(np.int64)

    return _answers(task, answer)
