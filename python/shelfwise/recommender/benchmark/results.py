"""From lists to the benchmark's figures: means with intervals, by slice, and paired gains over every peer."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

import numpy as np
import scipy.sparse as sp
from numpy.typing import NDArray

from shelfwise.recommender.benchmark.contender import Outcome
from shelfwise.recommender.evaluation import MEASURES, evaluated, values_of
from shelfwise.recommender.intervals import paired_intervals
from shelfwise.recommender.list_qualities import list_qualities

SHORT_NAMES = {"hit_rate": "hr", "recall": "recall", "ndcg": "ndcg", "mrr": "mrr"}
KEYS = tuple(f"{SHORT_NAMES[metric]}{k}" for metric, k in MEASURES)

# Who belongs to a slice, and what is right for them: (n_asked, n_products) and (n_asked,).
Slices = Mapping[str, tuple[sp.csr_matrix, NDArray[np.bool_]]]


def figures(
    outcomes: Sequence[Outcome], slices: Slices, clusters: NDArray[np.int64], popularity: NDArray[np.integer], seed: int
) -> dict[str, Any]:
    """Return the figures of all methods: `models` (slice `all`), `slices` (the others) and `paired` gains.

    ``popularity`` (n_products,) counts who had each product of the catalogue before.
    ``clusters`` (n_asked,) says who asked: a customer, or the session of a prefix; intervals are drawn by it.
    """
    ours = next(outcome.name for outcome in outcomes if outcome.role == "ours")
    summaries, paired, asked = {}, {}, {}
    for name, (truth, chosen) in slices.items():
        of = clusters[evaluated(truth, chosen)]
        asked[name] = {"questions": len(of), "clusters": len(np.unique(of))}
        if len(of):
            values = {outcome.name: values_of(_lists_for(outcome, name), truth, chosen) for outcome in outcomes}
            summaries[name], paired[name] = _slice_figures(values, ours, of, seed)
    return {
        "models": [_model(outcome, summaries["all"][outcome.name], popularity) for outcome in outcomes],
        "slices": {name: summary for name, summary in summaries.items() if name != "all"},
        "paired": paired,
        "asked": asked,
    }


def _lists_for(outcome: Outcome, name: str) -> NDArray[np.int64]:
    return outcome.lists.get(name, outcome.lists["all"])


def _model(outcome: Outcome, summary: dict[str, Any], popularity: NDArray[np.integer]) -> dict[str, Any]:
    return {
        "name": outcome.name,
        "role": outcome.role,
        **summary,
        **{f"{key}20": value for key, value in list_qualities(outcome.lists["all"], popularity).items()},
        "fit_s": round(outcome.fit_s, 3),
        "predict_s": round(outcome.predict_s, 3),
        "tune_s": round(outcome.tune_s, 3),
        "peak_gb": round(outcome.peak_gb, 3),
        "tried": outcome.tried,
        "settings": outcome.settings,
    }


def _slice_figures(
    values: dict[str, NDArray[np.float64]], ours: str, clusters: NDArray[np.int64], seed: int
) -> tuple[dict[str, Any], dict[str, Any]]:
    """Return each method's means, and the gains of ours over each other."""
    intervals, gain_intervals = paired_intervals(values, ours, seed, clusters)
    summaries = {name: _summary(of, intervals[name]) for name, of in values.items()}
    gains = {name: _gains(values[ours], values[name], bounds) for name, bounds in gain_intervals.items()}
    return summaries, gains


def _summary(values: NDArray[np.float64], bounds: NDArray[np.float64]) -> dict[str, Any]:
    means = values.mean(axis=0)
    return {
        **{key: _rounded(mean) for key, mean in zip(KEYS, means, strict=True)},
        "ci": {key: [_rounded(end) for end in ends] for key, ends in zip(KEYS, bounds, strict=True)},
    }


def _gains(ours: NDArray[np.float64], peer: NDArray[np.float64], bounds: NDArray[np.float64]) -> dict[str, Any]:
    mean, base = ours.mean(axis=0), peer.mean(axis=0)
    return {
        key: {
            "gain": _rounded(mean[column] - base[column]),
            "ci": [_rounded(end) for end in bounds[column]],
            "ratio": _rounded(mean[column] / base[column]) if base[column] > 0 else None,
        }
        for column, key in enumerate(KEYS)
    }


def _rounded(value: float) -> float:
    return round(float(value), 6)
