"""Candidates of the next step and what the ranker sees of them: one function, for a batch of prefixes as for one."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import chain
from typing import Any

import numpy as np
from numpy.typing import NDArray

from shelfwise.scoring.index import PRODUCT_FEATURES, SessionIndex
from shelfwise.scoring.neighbours import NEIGHBOUR_SCORES, neighbour_scores
from shelfwise.scoring.prefixes import Prefixes, Visited
from shelfwise.scoring.ragged import gather, grouped, ranks_of_best, starts_of

DECAY_PER_STEP = 0.7
NOT_AMONG_THE_BEST = 999.0
NOT_VISITED = 99.0

# Scores of a candidate: which weight of a pair, summed over the prefix's products as that view weighs them.
CHANNELS = (
    ("forward_weight", "decayed"),
    ("recent_forward_weight", "decayed"),
    ("symmetric_weight", "decayed"),
    ("recent_symmetric_weight", "decayed"),
    ("cosine", "decayed"),
    ("cosine", "even"),
    ("next_count", "latest"),
    ("recent_forward_weight", "latest"),
    ("recent_symmetric_weight", "latest"),
    ("symmetric_weight", "latest"),
    ("cosine", "latest"),
    ("forward_weight", "second"),
    ("cosine", "second"),
)
PAIR_SCORES = (*(f"{weight}_{view}" for weight, view in CHANNELS), "rare_symmetric_weight_decayed")
# How many candidates each score proposes.
PAIR_PROPOSALS = {
    60: ("recent_symmetric_weight_decayed", "cosine_even"),
    40: ("recent_forward_weight_latest", "rare_symmetric_weight_decayed"),
}
NEIGHBOUR_PROPOSALS = 60  # by `session_knn`
SECOND_ORDER_SCORES = ("second_order_decayed", "second_order_latest")
SECOND_ORDER_PROPOSALS = 60  # by the first of them
# What the ranker sees of a candidate, in this order.
SCORES = (*PAIR_SCORES, *NEIGHBOUR_SCORES, *SECOND_ORDER_SCORES)
FEATURES = (
    *chain.from_iterable((name, f"{name}_share") for name in SCORES),
    *(f"{name}_rank" for name in ("recent_symmetric_weight_decayed", "cosine_even", "session_knn")),
    *(f"{name}_rank" for name in ("recent_forward_weight_latest", "rare_symmetric_weight_decayed")),
    "second_order_decayed_rank",
    *("visit_count", "steps_back"),
    *(f"product_{name}" for name in PRODUCT_FEATURES),
    "product_trend",
    *("prefix_length", "prefix_product_count", "latest_step_count", "latest_follower_weight", "next_probability"),
    *("embedding_latest", "embedding_session"),
    "candidate_count",
)
EMBEDDING_FEATURES = ("embedding_latest", "embedding_session")


@dataclass(frozen=True)
class SessionCandidates:
    """Candidates of a batch of prefixes: rows ordered by prefix and product.

    ``prefixes`` and ``products`` (n_rows,), ``features`` (n_rows, n_features) float32.
    """

    prefixes: NDArray[np.int64]
    products: NDArray[np.int64]
    features: NDArray[np.float32]
    feature_names: tuple[str, ...]

    def columns(self, names: tuple[str, ...]) -> NDArray[np.float32]:
        """Return some of the features, (n_rows, len(names)). Raises ValueError for one there is not."""
        if names == self.feature_names:
            return self.features
        return self.features[:, [self.feature_names.index(name) for name in names]]


def feature_names_of(index: SessionIndex) -> tuple[str, ...]:
    """Return the names of what the ranker sees of candidates from an index."""
    if index.embeddings is not None:
        return FEATURES
    return tuple(name for name in FEATURES if name not in EMBEDDING_FEATURES)


def session_candidates(index: SessionIndex, prefixes: Prefixes) -> SessionCandidates:
    """Return the candidates of each prefix with their features; a prefix the index knows nothing of has none."""
    visited = Visited.of(prefixes, index.n_products)
    pair_keys, pair_scores = _pair_scores(index, visited)
    neighbours = neighbour_scores(index, visited)
    own_keys = visited.prefixes * index.n_products + visited.products
    known = index.session_counts[visited.products] > 0
    pair_ranks = _pair_ranks(starts_of(pair_keys // index.n_products, len(prefixes)), pair_scores)
    neighbour_ranks = ranks_of_best(
        starts_of(neighbours.keys // index.n_products, len(prefixes)), neighbours.scores[0], NEIGHBOUR_PROPOSALS
    )
    second_keys, second_scores = _second_order_scores(index, visited)
    second_ranks = ranks_of_best(
        starts_of(second_keys // index.n_products, len(prefixes)), second_scores[0], SECOND_ORDER_PROPOSALS
    )
    proposed = [
        own_keys[known],
        pair_keys[(pair_ranks > 0).any(axis=0)],
        neighbours.keys[neighbour_ranks > 0],
        second_keys[second_ranks > 0],
    ]
    keys = np.unique(np.concatenate(proposed))
    rows, products = keys // index.n_products, keys % index.n_products
    starts = starts_of(rows, len(prefixes))

    names = feature_names_of(index)
    # A row a feature, so that each is written, and read by the trees, in one piece.
    table = np.empty((len(names), len(keys)), dtype=np.float32)
    in_pairs, in_neighbours, in_second = (Lookup(keys, of) for of in (pair_keys, neighbours.keys, second_keys))
    scores = np.concatenate(
        [
            in_pairs.values(pair_scores, 0.0),
            in_neighbours.values(neighbours.scores, 0.0),
            in_second.values(second_scores, 0.0),
        ]
    )
    n_scores = len(scores)
    table[0 : 2 * n_scores : 2] = scores
    table[1 : 2 * n_scores : 2] = scores / np.maximum(_row_maxima(scores, starts)[:, rows], 1e-9)
    ranks = np.insert(in_pairs.values(pair_ranks, 0), 2, in_neighbours.values(neighbour_ranks, 0), axis=0)
    visits = Lookup(keys, own_keys)
    others = [
        *(np.where(of > 0, of, NOT_AMONG_THE_BEST) for of in (*ranks, in_second.values(second_ranks, 0))),
        visits.values(visited.counts, 0),
        visits.values(visited.steps_back, NOT_VISITED),
        *_product_rows(index, products),
        *_prefix_rows(index, visited, rows, products, scores[PAIR_SCORES.index("next_count_latest")]),
        np.diff(starts)[rows],
    ]
    for number, row in enumerate(others, start=2 * n_scores):
        table[number] = row
    return SessionCandidates(rows, products, table.T, names)


def _pair_scores(index: SessionIndex, visited: Visited) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return keys of all neighbours of the visited products, ascending, and ``PAIR_SCORES``, (n_scores, n_keys)."""
    views = {
        "decayed": DECAY_PER_STEP**visited.steps_back * visited.weights,
        "even": np.maximum(1 - visited.steps_back / visited.lengths[visited.prefixes], 0.05) * visited.weights,
        "latest": (visited.steps_back == 0).astype(np.float64),
        "second": (visited.steps_back == 1).astype(np.float64),
    }
    owners, places = gather(index.pair_starts, visited.products)
    keys, group_of = grouped(visited.prefixes[owners] * index.n_products + index.pair_products[places])
    weights = {name: column[places] for name, column in index.pair_weights.items()}
    views = {name: view[owners] for name, view in views.items()}
    scores = np.empty((len(PAIR_SCORES), len(keys)), dtype=np.float32)
    for number, (weight, view) in enumerate(CHANNELS):
        scores[number] = np.bincount(group_of, weights=weights[weight] * views[view], minlength=len(keys))
    # What everybody looks at counts less.
    commonness = np.sqrt(np.maximum(index.session_counts[keys % index.n_products], 1))
    scores[-1] = scores[PAIR_SCORES.index("symmetric_weight_decayed")] / commonness
    return keys, scores


def _second_order_scores(index: SessionIndex, visited: Visited) -> tuple[NDArray[np.int64], NDArray[np.float32]]:
    """Return keys of the visited products' neighbours of neighbours, ascending, and `SECOND_ORDER_SCORES`."""
    if index.second_order_starts is None or index.second_order_products is None or index.second_order_weights is None:
        return np.zeros(0, dtype=np.int64), np.zeros((len(SECOND_ORDER_SCORES), 0), dtype=np.float32)
    owners, places = gather(index.second_order_starts, visited.products)
    keys, group_of = grouped(visited.prefixes[owners] * index.n_products + index.second_order_products[places])
    weights = index.second_order_weights[places]
    views = (DECAY_PER_STEP**visited.steps_back * visited.weights, visited.steps_back == 0)
    scores = [np.bincount(group_of, weights=weights * view[owners], minlength=len(keys)) for view in views]
    return keys, np.array(scores, dtype=np.float32)


def _pair_ranks(starts: NDArray[np.int64], scores: NDArray[np.float32]) -> NDArray[np.int32]:
    """Return the ranks by each score of `PAIR_PROPOSALS`, (n_proposing, n_keys), 0 for what it does not propose."""
    n_keys = scores.shape[1]
    ranks = []
    for k, names in PAIR_PROPOSALS.items():
        # The lists of all scores with the same k are ranked at once, one score's after the other's.
        all_starts = np.concatenate([starts, *(starts[1:] + n_keys * number for number in range(1, len(names)))])
        values = scores[[PAIR_SCORES.index(name) for name in names]].ravel()
        ranks.append(ranks_of_best(all_starts, values, k).reshape(len(names), n_keys))
    return np.concatenate(ranks)


def _product_rows(index: SessionIndex, products: NDArray[np.int64]) -> list[NDArray[Any]]:
    """Return the features of products by themselves: `PRODUCT_FEATURES`, then the trend."""
    made = {name: index.product_features[name][products] for name in PRODUCT_FEATURES}
    return [*made.values(), made["recent_steps"] / np.maximum(made["step_count"], 1)]


def _prefix_rows(
    index: SessionIndex,
    visited: Visited,
    rows: NDArray[np.int64],
    products: NDArray[np.int64],
    next_counts: NDArray[np.float32],
) -> list[NDArray[Any]]:
    """Return the features of the prefix and of where it stands."""
    n_prefixes = len(visited.lengths)
    latest = np.zeros(n_prefixes, dtype=np.int64)
    is_latest = visited.steps_back == 0
    latest[visited.prefixes[is_latest]] = visited.products[is_latest]
    latest_of_row = latest[rows]
    made: list[NDArray[Any]] = [
        visited.lengths[rows],
        np.bincount(visited.prefixes, minlength=n_prefixes)[rows],
        index.product_features["step_count"][latest_of_row],
        index.follower_weights[latest_of_row],
        next_counts / np.maximum(index.follower_counts[latest_of_row], 1),
    ]
    if index.embeddings is not None:
        of_products = index.embeddings[products]
        made.append(np.einsum("ij,ij->i", index.embeddings[latest_of_row], of_products))
        made.append(np.einsum("ij,ij->i", _session_vectors(index.embeddings, visited)[rows], of_products))
    return made


def _session_vectors(embeddings: NDArray[np.float32], visited: Visited) -> NDArray[np.float64]:
    """Return the mean direction of each prefix's products, (n_prefixes, n_dimensions), the latest counting most."""
    session = np.zeros((len(visited.lengths), embeddings.shape[1]))
    begins = np.flatnonzero(np.diff(visited.prefixes, prepend=-1))
    if len(begins):
        weighted = (DECAY_PER_STEP**visited.steps_back)[:, None] * embeddings[visited.products]
        session[visited.prefixes[begins]] = np.add.reduceat(weighted, begins, axis=0)
        session /= np.maximum(np.linalg.norm(session, axis=1, keepdims=True), 1e-9)
    return session


class Lookup:
    """Finds keys among other, ascending ones, once for all values that these have."""

    def __init__(self, keys: NDArray[np.int64], of_keys: NDArray[np.int64]) -> None:
        self.places = np.minimum(np.searchsorted(of_keys, keys), max(len(of_keys) - 1, 0))
        self.found = of_keys[self.places] == keys if len(of_keys) else np.zeros(len(keys), dtype=np.bool_)

    def values(self, values: NDArray[Any], otherwise: float) -> NDArray[Any]:
        """Return the value of each key, or ``otherwise``; ``values`` (…, n_values) may have several rows."""
        if values.shape[-1] == 0:
            return np.full((*values.shape[:-1], len(self.found)), otherwise)
        return np.where(self.found, values[..., self.places], otherwise)


def _row_maxima(scores: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[np.float64]:
    """Return the largest of each score within each prefix, (n_scores, n_prefixes), 0 where there are no rows."""
    maxima = np.zeros((len(scores), len(starts) - 1))
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        maxima[:, filled] = np.maximum.reduceat(scores, starts[:-1][filled], axis=1)
    return maxima
