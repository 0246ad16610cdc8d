"""The time-split evaluation of in-session recommendations: the next step of later sessions.

The whole catalogue is ranked, a product the index does not know is a miss, and three kinds of questions are not mixed:
``session_all``; ``session_new`` (the next product was not looked at before in the session, so that reloads count for
nothing) and ``session_cold`` (one step is known of the visitor). Intervals are drawn by session.
"""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

from shelfwise.recommender.evaluation import LENGTHS, MEASURES, Measured
from shelfwise.recommender.metrics import METRICS
from shelfwise.recommender.sessions.examples import SessionExamples
from shelfwise.recommender.sessions.recommender import lists_in_parts, popular_products
from shelfwise.scoring.index import SessionIndex
from shelfwise.scoring.neighbours import neighbour_scores
from shelfwise.scoring.prefixes import Prefixes, Visited
from shelfwise.scoring.ranking import NOTHING, top_of_candidates

SESSION_KNN, POPULARITY = "session_knn", "popularity"


def measure_sessions(
    namespace: str, index: SessionIndex, examples: SessionExamples, lists: Mapping[str, NDArray[np.int64]]
) -> list[Measured]:
    """Return the values of each model's ``lists`` (n_prefixes, k) and of the baselines, by slice."""
    n_prefixes, k = len(examples.targets), max(LENGTHS)
    popular = popular_products(index, k)
    popular = np.concatenate([popular, np.full(k - len(popular), NOTHING)])
    made = {
        **lists,
        SESSION_KNN: session_knn_lists(index, examples.prefixes, k),
        POPULARITY: np.broadcast_to(popular, (n_prefixes, k)),
    }
    slices = {
        "session_all": np.ones(len(examples.targets), dtype=np.bool_),
        "session_new": ~examples.is_repeat(),
        "session_cold": examples.is_cold(),
    }
    return [
        Measured(
            namespace=namespace,
            slice=name,
            values={model: values_of_next(of[chosen], examples.targets[chosen]) for model, of in made.items()},
            clusters=examples.sessions[chosen],
        )
        for name, chosen in slices.items()
    ]


def values_of_next(lists: NDArray[np.int64], targets: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return (n_prefixes, len(MEASURES)) values of lists with one right product each (-1: one that nobody knows)."""
    hits = (lists == targets[:, None]) & (lists != NOTHING)
    ones = np.ones(len(targets), dtype=np.int64)
    return np.column_stack([METRICS[metric](hits[:, :k], ones) for metric, k in MEASURES])


def session_knn_lists(index: SessionIndex, prefixes: Prefixes, k: int) -> NDArray[np.int64]:
    """Return the lists of session-kNN alone, (n_prefixes, k), filled up with what is popular."""

    def answer(part: Prefixes) -> NDArray[np.int64]:
        found = neighbour_scores(index, Visited.of(part, index.n_products))
        rows, products = found.keys // index.n_products, found.keys % index.n_products
        return top_of_candidates(rows, products, found.scores[0].astype(np.float64), len(part), k)

    return lists_in_parts(index, prefixes, k, answer)
