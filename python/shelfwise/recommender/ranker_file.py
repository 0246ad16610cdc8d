"""The fitted ranker as a file of plain numbers (`ranker.npz`): nothing in it can run, unlike a pickle.

Arrays: ``feature_names``; per tree node ``feature`` (number of the feature), ``threshold`` (left when smaller or
equal), ``missing_left``, ``left``, ``right`` (node numbers within the tree), ``is_leaf``, ``value``; ``tree_starts``
(first node of each tree, and the end); ``intercept`` (log-odds before any tree, with the correction for sampled
negatives); ``calibration_scores`` and ``calibration_probabilities`` (interpolate between them; empty: logistic).
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from pathlib import Path
from typing import Any, Self

import numpy as np
from numpy.typing import NDArray

from shelfwise.recommender.ranker import TwoStageRanker

NODE_ARRAYS = ("feature", "threshold", "missing_left", "left", "right", "is_leaf", "value")


def save_ranker(ranker: TwoStageRanker, feature_names: tuple[str, ...], path: Path) -> None:
    """Write a fitted ranker."""
    trees = [trees_of_round[0].nodes for trees_of_round in ranker.trees_._predictors]
    nodes = np.concatenate(trees)
    calibrator = ranker.calibrator_
    np.savez_compressed(
        path,
        feature_names=np.array(feature_names),
        feature=ranker.used_features_[nodes["feature_idx"]].astype(np.int32),
        threshold=nodes["num_threshold"],
        missing_left=nodes["missing_go_to_left"].astype(np.bool_),
        left=nodes["left"].astype(np.int32),
        right=nodes["right"].astype(np.int32),
        is_leaf=nodes["is_leaf"].astype(np.bool_),
        value=nodes["value"],
        tree_starts=np.cumsum([0, *(len(tree) for tree in trees)]),
        intercept=float(ranker.trees_._baseline_prediction.ravel()[0] + np.log(ranker.negative_share_)),
        calibration_scores=np.array([]) if calibrator is None else calibrator.X_thresholds_,
        calibration_probabilities=np.array([]) if calibrator is None else calibrator.y_thresholds_,
    )


@dataclass(frozen=True)
class SavedRanker:
    """A ranker read back: needs numpy alone, and gives the numbers of the one that was saved."""

    arrays: dict[str, NDArray[Any]]

    @classmethod
    def load(cls, path: Path) -> Self:
        """Read a file of `save_ranker`; refuses anything but plain arrays."""
        with np.load(path, allow_pickle=False) as stored:
            return cls({name: stored[name] for name in stored.files})

    @property
    def feature_names(self) -> tuple[str, ...]:
        """Names of the columns that `decision_function` takes, in order."""
        return tuple(str(name) for name in self.arrays["feature_names"])

    def decision_function(self, X: NDArray[np.float32]) -> NDArray[np.float64]:
        """Return (n_rows,) log-odds for ``X`` (n_rows, n_features)."""
        scores = np.full(len(X), float(self.arrays["intercept"]))
        starts = self.arrays["tree_starts"].astype(np.int64)
        for first, end in pairwise(starts):
            scores += self._tree_values(X, {name: self.arrays[name][first:end] for name in NODE_ARRAYS})
        return scores

    def _tree_values(self, X: NDArray[np.float32], tree: dict[str, NDArray[Any]]) -> NDArray[np.float64]:
        nodes = np.zeros(len(X), dtype=np.int64)
        moving = np.flatnonzero(~tree["is_leaf"][nodes])
        while len(moving):
            at = nodes[moving]
            values = X[moving, tree["feature"][at]]
            goes_left = np.where(np.isnan(values), tree["missing_left"][at], values <= tree["threshold"][at])
            nodes[moving] = np.where(goes_left, tree["left"][at], tree["right"][at])
            moving = moving[~tree["is_leaf"][nodes[moving]]]
        return np.asarray(tree["value"][nodes], dtype=np.float64)

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
