"""Precision, recall and F1 of plantings."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

#: one day in twenty is planted: precision is a matter of how often something happens at all
PLANTED_SHARE = 0.05


@dataclass(frozen=True)
class Figures:
    """How often a planted day is found, and how often a day as it was is called unusual."""

    recall: float
    false_alarm_share: float

    @property
    def precision(self) -> float:
        """Share of alarms that are plantings, where one day of a series in twenty is planted."""
        found = PLANTED_SHARE * self.recall
        alarms = found + (1 - PLANTED_SHARE) * self.false_alarm_share
        return found / alarms if alarms else 0.0

    @property
    def f1(self) -> float:
        """Harmonic mean of precision and recall."""
        both = self.precision + self.recall
        return 2 * self.precision * self.recall / both if both else 0.0

    def as_json(self) -> dict[str, float]:
        """Return it for anomalies.json."""
        return {
            "precision": round(self.precision, 4),
            "recall": round(self.recall, 4),
            "f1": round(self.f1, 4),
            "false_alarm_share": round(self.false_alarm_share, 5),
        }


def at_threshold(
    clean: NDArray[np.float64], planted: NDArray[np.float64], signs: NDArray[np.float64], threshold: float
) -> Figures:
    """Return the figures of a rule that calls scores beyond a threshold unusual; a planting counts with its sign."""
    return Figures(
        recall=float(np.mean(planted * signs > threshold)), false_alarm_share=float(np.mean(np.abs(clean) > threshold))
    )


def best_threshold(clean: NDArray[np.float64], planted: NDArray[np.float64], signs: NDArray[np.float64]) -> float:
    """Return the threshold with the best F1, between 1 and 10."""
    thresholds = np.round(np.arange(1, 10.05, 0.1), 1)
    return float(max(thresholds, key=lambda threshold: at_threshold(clean, planted, signs, threshold).f1))
