"""The methods that ours is compared with on purchases, and the settings each is tuned over."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from shelfwise.recommender.benchmark.purchase_task import PurchaseTask
from shelfwise.recommender.benchmark.tifu_knn import TifuKnn
from shelfwise.recommender.benchmark.up_cf import UpCf
from shelfwise.recommender.ease import MOST_PRODUCTS, Ease
from shelfwise.recommender.evaluation import POPULARITY_DAYS
from shelfwise.recommender.item_knn import ItemKnn
from shelfwise.recommender.personal_top_frequency import PersonalTopFrequency
from shelfwise.recommender.popularity import Popularity

Settings = dict[str, Any]
RECENCY_DAYS = 90.0


# Scores products for some customers, given as rows of the history: (n, n_products).
ScoreCustomers = Callable[[NDArray[np.int64]], NDArray[np.float64]]


@dataclass(frozen=True)
class PurchasePeer:
    """A method: ``fit`` returns the function that scores customers; ``grid`` are the settings it may choose among.

    ``most_products`` is how large a catalogue it can take.
    """

    name: str
    fit: Callable[[PurchaseTask, Settings], ScoreCustomers]
    grid: list[Settings] = field(default_factory=lambda: [{}])
    most_products: int | None = None


def purchase_peers() -> list[PurchasePeer]:
    """Return the peers that can run here: those of the library implicit only where it is installed."""
    peers = [
        PurchasePeer("popularity", _popularity, [{"days": days} for days in (7, 30, 90)]),
        PurchasePeer("personal_top_frequency", _personal_top_frequency),
        PurchasePeer(
            "item_knn",
            _item_knn,
            [{"n_neighbors": k, "shrinkage": s, "recent": r} for k in (100, 300) for s in (0.0, 10.0) for r in (0, 1)],
        ),
        PurchasePeer(
            "ease",
            _ease,
            [{"regularization": value, "recent": r} for value in (50.0, 100.0, 300.0, 600.0) for r in (0, 1)],
            most_products=MOST_PRODUCTS,
        ),
        PurchasePeer(
            "tifu_knn",
            _tifu_knn,
            [
                {"n_neighbors": k, "group_decay": g, "alpha": a}
                for k in (100, 300)
                for g in (0.7, 0.9)
                for a in (0.5, 0.9)
            ],
        ),
        PurchasePeer(
            "up_cf",
            _up_cf,
            [{"recency": r, "locality": q, "alpha": a} for r in (5, 100) for q in (1, 5) for a in (0.25, 0.75)],
        ),
    ]
    return peers + (_implicit_peers() if find_spec("implicit") else [])


def _implicit_peers() -> list[PurchasePeer]:
    return [
        PurchasePeer(
            "implicit_tfidf", _implicit_knn, [{"model": "tfidf", "K": k} for k in (20, 50, 100, 200, 300, 500)]
        ),
        PurchasePeer(
            "implicit_bm25",
            _implicit_knn,
            [{"model": "bm25", "K": 300, "K1": k1, "B": b} for k1 in (0.3, 1.2, 3.0) for b in (0.2, 0.5, 0.8)],
        ),
        PurchasePeer(
            "implicit_als",
            _implicit_als,
            [{"factors": 128, "alpha": a, "regularization": r} for a in (0.5, 1.0, 2.0, 5.0) for r in (5.0, 20.0)],
        ),
    ]


def _weights(task: PurchaseTask, settings: Settings) -> sp.csr_matrix:
    """Return what the customers' scores start from: all they bought, or more of it the later they did."""
    return task.history.faded(RECENCY_DAYS) if settings["recent"] else task.history.bought()


def _popularity(task: PurchaseTask, settings: Settings) -> ScoreCustomers:
    model = Popularity().fit(task.history.bought_within(settings["days"]))
    counts = task.history.order_counts
    return lambda rows: model.score_products(counts[rows])


def _personal_top_frequency(task: PurchaseTask, _: Settings) -> ScoreCustomers:
    model = PersonalTopFrequency().fit(task.history.bought_within(POPULARITY_DAYS))
    counts = task.history.order_counts
    return lambda rows: model.score_products(counts[rows])


def _item_knn(task: PurchaseTask, settings: Settings) -> ScoreCustomers:
    model = ItemKnn(settings["n_neighbors"], settings["shrinkage"]).fit(task.history.bought())
    weights = _weights(task, settings)
    return lambda rows: model.score_products(weights[rows])


def _ease(task: PurchaseTask, settings: Settings) -> ScoreCustomers:
    model = Ease(settings["regularization"]).fit(task.history.bought())
    weights = _weights(task, settings)
    return lambda rows: model.score_products(weights[rows])


def _tifu_knn(task: PurchaseTask, settings: Settings) -> ScoreCustomers:
    return TifuKnn(**settings).fit(task.baskets).score_products


def _up_cf(task: PurchaseTask, settings: Settings) -> ScoreCustomers:
    return UpCf(**settings).fit(task.baskets).score_products


def _implicit_knn(task: PurchaseTask, settings: Settings) -> ScoreCustomers:
    from implicit.nearest_neighbours import BM25Recommender, TFIDFRecommender

    options = {name: value for name, value in settings.items() if name != "model"}
    model = {"bm25": BM25Recommender, "tfidf": TFIDFRecommender}[settings["model"]](num_threads=0, **options)
    weights = task.history.bought()
    model.fit(weights, show_progress=False)
    similarity = sp.csr_matrix(model.similarity)
    return lambda rows: np.asarray((weights[rows] @ similarity).toarray())


def _implicit_als(task: PurchaseTask, settings: Settings) -> ScoreCustomers:
    from implicit.als import AlternatingLeastSquares

    model = AlternatingLeastSquares(iterations=15, random_state=0, **settings)
    model.fit(task.history.order_counts.astype(np.float32), show_progress=False)
    return lambda rows: np.asarray(model.user_factors[rows] @ model.item_factors.T, dtype=np.float64)
