"""The next step of visitors: candidates from the session index, scored by a fitted ranker, best first."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shelfwise.scoring.candidates import SessionCandidates, session_candidates
from shelfwise.scoring.index import SessionIndex
from shelfwise.scoring.prefixes import Prefixes
from shelfwise.scoring.ranking import positions_in_groups, top_of_candidates


@dataclass(frozen=True)
class NextSteps:
    """Candidates of ``n_prefixes`` prefixes with their ``scores`` (n_rows,): log-odds of being the next step."""

    found: SessionCandidates
    scores: NDArray[np.float64]
    n_prefixes: int

    def lists(self, k: int) -> NDArray[np.int64]:
        """Return the k best products of each prefix, (n_prefixes, k), padded with `ranking.NOTHING`."""
        return top_of_candidates(self.found.prefixes, self.found.products, self.scores, self.n_prefixes, k)

    def rows_by_prefix(self) -> list[NDArray[np.int64]]:
        """Return the rows of each prefix, best first; equal scores go by product."""
        order, _ = positions_in_groups(self.found.prefixes, self.found.products, self.scores)
        return np.split(order, np.searchsorted(self.found.prefixes[order], np.arange(1, self.n_prefixes)))


def next_steps(
    index: SessionIndex,
    prefixes: Prefixes,
    feature_names: tuple[str, ...],
    decision_function: Callable[[NDArray[np.float32]], NDArray[np.float64]],
) -> NextSteps:
    """Score what may come next after each of the prefixes.

    ``decision_function`` is the ranker's; ``feature_names`` are those it was fitted on, in order.
    """
    found = session_candidates(index, prefixes)
    return NextSteps(found, decision_function(found.columns(feature_names)), len(prefixes))
