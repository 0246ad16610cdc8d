"""Candidates of the next step and what the ranker sees of them: one function, for a batch of prefixes as for one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from shelfwise.scoring.index import PRODUCT_FEATURES, SessionIndex
from shelfwise.scoring.neighbours import neighbour_scores
from shelfwise.scoring.prefixes import Prefixes, Visited
from shelfwise.scoring.ragged import gather, ranks_of_best, starts_of

# Features by name, (n_rows,) each.
Columns = dict[str, NDArray[Any]]

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
# How many candidates each score proposes.
PROPOSALS = {
    "recent_symmetric_weight_decayed": 80,
    "cosine_even": 80,
    "session_knn": 80,
    "recent_forward_weight_latest": 40,
    "rare_symmetric_weight_decayed": 40,
}


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


def session_candidates(index: SessionIndex, prefixes: Prefixes) -> SessionCandidates:
    """Return the candidates of each prefix with their features; a prefix the index knows nothing of has none."""
    visited = Visited.of(prefixes, index.n_products)
    pair_keys, scores = _pair_scores(index, visited)
    neighbours = neighbour_scores(index, visited)
    own_keys = visited.prefixes * index.n_products + visited.products
    known = index.session_counts[visited.products] > 0

    proposed = [own_keys[known]]
    ranks: dict[str, NDArray[np.int32]] = {}
    for name, k in PROPOSALS.items():
        is_pair = name in scores
        keys, values = (pair_keys, scores[name]) if is_pair else (neighbours.keys, neighbours.scores[name])
        of_name = ranks_of_best(starts_of(keys // index.n_products, len(prefixes)), values, k)
        proposed.append(keys[of_name > 0])
        ranks[name] = of_name
    keys = np.unique(np.concatenate(proposed))
    rows, products = keys // index.n_products, keys % index.n_products
    starts = starts_of(rows, len(prefixes))

    in_pairs, in_neighbours = Lookup(keys, pair_keys), Lookup(keys, neighbours.keys)
    columns: Columns = {}
    for name, values in {**scores, **neighbours.scores}.items():
        column = (in_pairs if name in scores else in_neighbours).values(values, 0.0)
        columns[name] = column
        columns[name + "_share"] = column / np.maximum(_row_maxima(column, starts)[rows], 1e-9)
    for name, of_name in ranks.items():
        rank = (in_pairs if name in scores else in_neighbours).values(of_name, 0)
        columns[name + "_rank"] = np.where(rank > 0, rank, NOT_AMONG_THE_BEST)
    visits = Lookup(keys, own_keys)
    columns["visit_count"] = visits.values(visited.counts, 0)
    columns["steps_back"] = visits.values(visited.steps_back, NOT_VISITED)
    columns |= _product_columns(index, products)
    columns |= _prefix_columns(index, visited, rows, products, columns)
    columns["candidate_count"] = np.diff(starts)[rows]
    return SessionCandidates(
        prefixes=rows,
        products=products,
        features=np.column_stack([np.asarray(column, dtype=np.float32) for column in columns.values()]),
        feature_names=tuple(columns),
    )


def _pair_scores(index: SessionIndex, visited: Visited) -> tuple[NDArray[np.int64], dict[str, NDArray[np.float32]]]:
    """Return keys of all neighbours of the visited products, ascending, and their scores by channel."""
    views = {
        "decayed": DECAY_PER_STEP**visited.steps_back * visited.weights,
        "even": np.maximum(1 - visited.steps_back / visited.lengths[visited.prefixes], 0.05) * visited.weights,
        "latest": (visited.steps_back == 0).astype(np.float64),
        "second": (visited.steps_back == 1).astype(np.float64),
    }
    owners, places = gather(index.pair_starts, visited.products)
    keys, group_of = np.unique(
        visited.prefixes[owners] * index.n_products + index.pair_products[places], return_inverse=True
    )
    scores = {}
    for weight, view in CHANNELS:
        scores[f"{weight}_{view}"] = np.bincount(
            group_of, weights=index.pair_weights[weight][places] * views[view][owners], minlength=len(keys)
        ).astype(np.float32)
    # What everybody looks at counts less.
    commonness = np.sqrt(np.maximum(index.session_counts[keys % index.n_products], 1))
    scores["rare_symmetric_weight_decayed"] = (scores["symmetric_weight_decayed"] / commonness).astype(np.float32)
    return keys, scores


def _product_columns(index: SessionIndex, products: NDArray[np.int64]) -> Columns:
    columns: Columns = {"product_" + name: index.product_features[name][products] for name in PRODUCT_FEATURES}
    columns["product_trend"] = columns["product_recent_steps"] / np.maximum(columns["product_step_count"], 1)
    return columns


def _prefix_columns(
    index: SessionIndex,
    visited: Visited,
    rows: NDArray[np.int64],
    products: NDArray[np.int64],
    columns: Columns,
) -> Columns:
    n_prefixes = len(visited.lengths)
    latest = np.zeros(n_prefixes, dtype=np.int64)
    is_latest = visited.steps_back == 0
    latest[visited.prefixes[is_latest]] = visited.products[is_latest]
    latest_of_row = latest[rows]
    made: Columns = {
        "prefix_length": visited.lengths[rows],
        "prefix_product_count": np.bincount(visited.prefixes, minlength=n_prefixes)[rows],
        "latest_step_count": index.product_features["step_count"][latest_of_row],
        "latest_follower_weight": index.follower_weights[latest_of_row],
        "next_probability": columns["next_count_latest"] / np.maximum(index.follower_counts[latest_of_row], 1),
    }
    if index.embeddings is not None:
        vectors = index.embeddings
        made["embedding_latest"] = np.einsum("ij,ij->i", vectors[latest_of_row], vectors[products])
        weights = DECAY_PER_STEP**visited.steps_back
        profiles = sp.csr_matrix((weights, (visited.prefixes, visited.products)), (n_prefixes, index.n_products))
        session = profiles @ vectors
        session /= np.maximum(np.linalg.norm(session, axis=1, keepdims=True), 1e-9)
        made["embedding_session"] = np.einsum("ij,ij->i", session[rows], vectors[products])
    return made


class Lookup:
    """Finds keys among other, ascending ones, once for all values that these have."""

    def __init__(self, keys: NDArray[np.int64], of_keys: NDArray[np.int64]) -> None:
        self.places = np.minimum(np.searchsorted(of_keys, keys), max(len(of_keys) - 1, 0))
        self.found = of_keys[self.places] == keys if len(of_keys) else np.zeros(len(keys), dtype=np.bool_)

    def values(self, values: NDArray[Any], otherwise: float) -> NDArray[Any]:
        """Return the value of each key, or ``otherwise``."""
        if len(values) == 0:
            return np.full(len(self.found), otherwise)
        return np.where(self.found, values[self.places], otherwise)


def _row_maxima(column: NDArray[Any], starts: NDArray[np.int64]) -> NDArray[Any]:
    maxima = np.zeros(len(starts) - 1)
    filled = np.flatnonzero(np.diff(starts))
    if len(filled):
        maxima[filled] = np.maximum.reduceat(column, starts[:-1][filled])
    return maxima
