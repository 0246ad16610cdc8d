"""Session-kNN: what visitors of similar sessions looked at.

Jannach and Ludewig, "When recurrent neural networks meet the neighborhood" (RecSys 2017), with the sampling of the
most recent sessions and the decay by position of Ludewig and Jannach (UMUAI 2018), a decay by the age of sessions, and
the weight of what lies near the common step of Garg et al., "Sequence and time aware neighborhood for session-based
recommendations: STAN" (SIGIR 2019).
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shelfwise.scoring.index import SessionIndex
from shelfwise.scoring.prefixes import Visited
from shelfwise.scoring.ragged import gather, grouped, ranks_of_best, starts_of

NEAREST_SESSIONS = 200
# A step so many steps back counts for next to nothing.
STEPS_COUNTED = 10
LEAST_WEIGHT = 0.05
# By so many steps from the common one, what a neighbour looked at counts less by e.
NEAR_STEPS = 2.0


NEIGHBOUR_SCORES = ("session_knn", "session_knn_near", "session_knn_after")


@dataclass(frozen=True)
class NeighbourScores:
    """Products of each prefix's nearest sessions: ``keys`` (n,) are ``prefix * n_products + product``, ascending.

    ``scores`` (3, n) float32, as `NEIGHBOUR_SCORES`: ``session_knn`` sums the similarities of the sessions with the
    product; ``session_knn_near`` weighs them by how near the product lies to the latest common step;
    ``session_knn_after`` does so for products after that step alone.
    """

    keys: NDArray[np.int64]
    scores: NDArray[np.float32]


def neighbour_scores(index: SessionIndex, visited: Visited) -> NeighbourScores:
    """Score the products of the sessions that are nearest to each prefix."""
    n_prefixes, n_sessions = len(visited.lengths), max(index.n_sessions, 1)
    position_weights = np.maximum(1 - visited.steps_back / STEPS_COUNTED, LEAST_WEIGHT)
    weights = position_weights * visited.weights * index.rarity[visited.products]
    owners, places = gather(index.posting_starts, visited.products)
    session_keys, group_of = grouped(visited.prefixes[owners] * n_sessions + index.posting_sessions[places])
    sessions = session_keys % n_sessions
    similarities = np.bincount(group_of, weights=weights[owners]) * index.session_weights[sessions]
    prefix_of = session_keys // n_sessions
    nearest = np.flatnonzero(
        ranks_of_best(starts_of(prefix_of, n_prefixes), similarities.astype(np.float32), NEAREST_SESSIONS)
    )
    common_steps = _latest_common_steps(
        visited.steps_back[owners], index.posting_steps[places], group_of, len(sessions)
    )
    owners, places = gather(index.session_starts, sessions[nearest])
    keys, group_of = grouped(prefix_of[nearest][owners] * index.n_products + index.session_products[places])
    rarity = index.rarity[keys % index.n_products]
    distances = index.session_steps[places] - common_steps[nearest][owners]
    similarity = similarities[nearest][owners]
    near = np.exp(-np.abs(distances) / NEAR_STEPS)
    after = np.where(distances > 0, near, 0.0)
    sums = [np.bincount(group_of, weights=similarity * weight) for weight in (1.0, near, after)]
    return NeighbourScores(keys, (np.array(sums) * rarity).astype(np.float32))


def _latest_common_steps(
    steps_back: NDArray[np.int64], steps: NDArray[np.int32], group_of: NDArray[np.int64], n_groups: int
) -> NDArray[np.int64]:
    """Return, for each prefix and session, where the session was at the product that the prefix saw last."""
    most = int(steps.max(initial=0)) + 1
    # The smallest of a group has the fewest steps back, which no two products of a prefix share.
    smallest = np.full(n_groups, np.iinfo(np.int64).max)
    np.minimum.at(smallest, group_of, steps_back * most + steps)
    return smallest % most
