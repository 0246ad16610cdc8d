"""What a reader of the model card wants to know beyond the scores: calibration and what the model looks at."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import log_loss

from shelfwise.recommender.ranker import TwoStageRanker

CALIBRATION_BINS = 10
IMPORTANCE_ROWS = 2_500


def calibration_bins(probabilities: NDArray[np.float64], bought: NDArray[np.bool_]) -> list[dict[str, float]]:
    """Return mean foretold probability and observed share in bins of equal size, from the lowest to the highest."""
    order = np.argsort(probabilities, kind="stable")
    return [
        {
            "row_count": len(rows),
            "foretold": round(float(probabilities[rows].mean()), 6),
            "observed": round(float(bought[rows].mean()), 6),
        }
        for rows in np.array_split(order, CALIBRATION_BINS)
        if len(rows)
    ]


def feature_importance(
    ranker: TwoStageRanker,
    features: NDArray[np.float32],
    bought: NDArray[np.bool_],
    names: tuple[str, ...],
    seed: int,
) -> list[dict[str, str | float]]:
    """Return how much the log loss of held-out rows rises when a feature is shuffled (Breiman 2001), highest first."""
    generator = np.random.default_rng(seed)
    rows = np.sort(generator.permutation(len(features))[:IMPORTANCE_ROWS])
    sample, truth = features[rows].copy(), bought[rows]
    whole = log_loss(truth, ranker.predict_proba(sample)[:, 1], labels=[False, True])
    importances: list[tuple[str, float]] = []
    for column in ranker.used_features_:
        kept = sample[:, column].copy()
        sample[:, column] = generator.permutation(kept)
        shuffled = log_loss(truth, ranker.predict_proba(sample)[:, 1], labels=[False, True])
        sample[:, column] = kept
        importances.append((names[column], round(float(shuffled - whole), 9)))
    importances.sort(key=lambda item: (-item[1], item[0]))
    return [{"feature": name, "log_loss_increase": value} for name, value in importances]
