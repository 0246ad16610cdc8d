"""Which model is served: ours where it was better than every baseline beyond doubt, else the best of them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from shelfwise.recommender.intervals import paired_intervals

Floats = NDArray[np.float64]

# Of fewer independent witnesses (series, customers, cutoffs) a bootstrap says nothing.
FEWEST_WITNESSES = 4


@dataclass(frozen=True)
class Judged:
    """Mean errors of each model, and what ours gains over each baseline, with 95% intervals (None: not drawn)."""

    means: dict[str, float]
    intervals: dict[str, tuple[float, float] | None]
    gains: dict[str, tuple[float, float, float] | None]
    witness_count: int


@dataclass(frozen=True)
class Verdict:
    """What is served (`model`, `baseline` or `not_enough_history`), and why, in a sentence."""

    status: str
    model_name: str | None
    reason: str


def judge(errors: Mapping[str, Floats], ours: str, witnesses: NDArray[np.int64], seed: int) -> Judged:
    """Return the mean of each model's errors (n_rows,); rows of one witness (n_rows,) are drawn together."""
    means = {name: float(of.mean()) for name, of in errors.items()}
    count = len(np.unique(witnesses))
    baselines = [name for name in errors if name != ours]
    if count < FEWEST_WITNESSES:
        return Judged(means, dict.fromkeys(errors), dict.fromkeys(baselines), count)
    columns = {name: of[:, None] for name, of in errors.items()}
    intervals, differences = paired_intervals(columns, ours, seed, witnesses)
    return Judged(
        means,
        {name: (float(of[0, 0]), float(of[0, 1])) for name, of in intervals.items()},
        # A difference is ours less the other's: the gain is what the other errs more.
        {name: (means[name] - means[ours], -float(of[0, 1]), -float(of[0, 0])) for name, of in differences.items()},
        count,
    )


def choose(judged: Judged, ours: str, what: str) -> Verdict:
    """Return what is served; ``what`` names the error in the sentence."""
    best = min(judged.gains, key=lambda name: (judged.means[name], name))
    gain = judged.gains[best]
    if gain is None:
        return Verdict("baseline", best, f"Too little history for a back-test that tells; {best} is served")
    told = f"{what} {gain[0]:+.4f} (95% {gain[1]:+.4f} to {gain[2]:+.4f})"
    # The best baseline by its mean need not be the one that ours is least surely better than.
    if all(other is not None and other[1] > 0 for other in judged.gains.values()):
        return Verdict("model", ours, f"{ours} gains on every baseline; on {best}, the best of them: {told}")
    return Verdict("baseline", best, f"{ours} is not surely better than {best}, which is served; its gain: {told}")
