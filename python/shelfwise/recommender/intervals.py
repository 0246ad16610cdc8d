"""How sure a mean is: bootstrap intervals (Efron 1979), drawn by customer or by session."""

from __future__ import annotations

from collections.abc import Mapping

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1_000
RESAMPLES_AT_ONCE = 50


def bootstrap_intervals(
    values: NDArray[np.float64], seed: int, clusters: NDArray[np.int64] | None = None
) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the 95% interval of the mean of each column of ``values`` (n_rows, n_columns).

    Rows of one of ``clusters`` (n_rows,) are drawn together: the prefixes of a session are no independent witnesses.
    Without them each row is drawn by itself. The same seed draws the same clusters, so differences of two models are
    paired by passing the difference.
    """
    if clusters is None:
        sums, sizes = values, np.ones(len(values))
    else:
        _, numbers = np.unique(clusters, return_inverse=True)
        sizes = np.bincount(numbers).astype(np.float64)
        sums = np.column_stack([np.bincount(numbers, weights=column) for column in values.T])
    n = len(sums)
    generator = np.random.default_rng(seed)
    means = []
    for _ in range(RESAMPLES // RESAMPLES_AT_ONCE):
        drawn = generator.multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES_AT_ONCE)
        means.append((drawn @ sums) / (drawn @ sizes)[:, None])
    lower, upper = np.percentile(np.vstack(means), [2.5, 97.5], axis=0)
    return lower, upper


def paired_intervals(
    values: Mapping[str, NDArray[np.float64]], ours: str, seed: int, clusters: NDArray[np.int64]
) -> tuple[dict[str, NDArray[np.float64]], dict[str, NDArray[np.float64]]]:
    """Return the 95% intervals of each model's means, and of the gains of ``ours`` over each other model.

    ``values`` (n_rows, n_columns) of each model; intervals (n_columns, 2): lower and upper end. One draw of clusters
    serves them all, so gains are paired.
    """
    others = [name for name in values if name != ours]
    columns = [*values.values(), *(values[ours] - values[name] for name in others)]
    bounds = np.stack(bootstrap_intervals(np.hstack(columns), seed, clusters), axis=-1)
    parts = np.split(bounds, len(columns))
    return dict(zip(values, parts, strict=False)), dict(zip(others, parts[len(values) :], strict=True))
