"""The session benchmark's question: after these steps, what is looked at next?"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from shelfwise.recommender.benchmark.session_files import Questions
from shelfwise.recommender.sessions.examples import SessionExamples
from shelfwise.scoring.index import SessionIndex
from shelfwise.scoring.prefixes import Prefixes

# Products in fewer sessions are as good as new to the shop.
RARE_SESSIONS = 5


@dataclass(frozen=True)
class SessionTask:
    """An index, and prefixes with the step that came next (-1: a product the index does not know)."""

    index: SessionIndex
    examples: SessionExamples

    @cached_property
    def visits(self) -> sp.csr_matrix:
        """Which products each session had, (n_sessions, n_products), 1 where it did."""
        data = np.ones(len(self.index.session_products))
        return sp.csr_matrix(
            (data, self.index.session_products, self.index.session_starts),
            (self.index.n_sessions, self.index.n_products),
        )

    def slices(self) -> dict[str, NDArray[np.bool_]]:
        """Return which prefixes belong to each slice.

        ``new``: the next product was not looked at before in the session; ``cold``: the visitor has made one step;
        ``rare``: few sessions or none had the next product before.
        """
        targets = self.examples.targets
        known = np.maximum(targets, 0)
        return {
            "all": np.ones(len(targets), dtype=np.bool_),
            "new": ~self.examples.is_repeat(),
            "cold": self.examples.is_cold(),
            "rare": (targets < 0) | (self.index.session_counts[known] < RARE_SESSIONS),
        }


def task_of_questions(index: SessionIndex, questions: Questions) -> SessionTask:
    """Return the task that a file of prefixes asks; steps at products the index does not know are left out."""
    numbers = {product: number for number, product in enumerate(index.product_ids)}
    prefixes = Prefixes.of([[numbers[p] for p in prefix if p in numbers] for prefix in questions.prefixes])
    targets = np.array([numbers.get(target, -1) for target in questions.targets], dtype=np.int64)
    return SessionTask(index, SessionExamples(prefixes, targets, questions.sessions))
