"""The fitted ranker as a file of plain numbers (`ranker.npz`): nothing in it can run, unlike a pickle.

Arrays: ``feature_names``; per tree node ``feature`` (number of the feature), ``threshold`` (left when smaller or
equal), ``missing_left``, ``left``, ``right`` (node numbers within the tree), ``is_leaf``, ``value``; ``tree_starts``
(first node of each tree, and the end); ``intercept`` (log-odds before any tree, with the correction for sampled
negatives); ``calibration_scores`` and ``calibration_probabilities`` (interpolate between them; empty: logistic).
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from shelfwise.scoring.trees import Trees, walked_sums


@dataclass(frozen=True)
class SavedRanker:
    """A ranker read back: needs numpy alone, and gives the numbers of the one that was saved."""

    arrays: dict[str, NDArray[Any]]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file of `save_ranker`; refuses anything but plain arrays."""
        with np.load(path, allow_pickle=False) as stored:
            return cls({name: stored[name] for name in stored.files})

    @cached_property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns that `decision_function` takes, in order."""
        return tuple(str(name) for name in self.arrays["feature_names"])

    @cached_property
    def trees(self) -> Trees | None:
        """The trees, ready to score; None where they are too large for that."""
        return Trees.of(self.arrays)

    def decision_function(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return (n_rows,) log-odds for ``X`` (n_rows, n_features)."""
        intercept = float(self.arrays["intercept"])
        return walked_sums(self.arrays, X, intercept) if self.trees is None else self.trees.sums(X, intercept)

    def probabilities(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return (n_rows,) probabilities of a purchase."""
        scores = self.decision_function(X)
        if len(self.arrays["calibration_scores"]) == 0:
            return np.asarray(1.0 / (1.0 + np.exp(-scores)))
        return np.interp(
            scores,
            self.arrays["calibration_scores"].astype(np.float64),
            self.arrays["calibration_probabilities"].astype(np.float64),
        )
