"""How sure a mean over customers is: bootstrap intervals (Efron 1979), drawn by customer."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

RESAMPLES = 1_000
RESAMPLES_AT_ONCE = 50


def bootstrap_intervals(values: NDArray[np.float64], seed: int) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
    """Return the 95% interval of the mean of each column of ``values`` (n_customers, n_columns).

    The same seed draws the same customers, so differences of two models are paired by passing the difference.
    """
    n = len(values)
    generator = np.random.default_rng(seed)
    means = np.vstack(
        [
            generator.multinomial(n, np.full(n, 1.0 / n), size=RESAMPLES_AT_ONCE) @ values / n
            for _ in range(RESAMPLES // RESAMPLES_AT_ONCE)
        ]
    )
    lower, upper = np.percentile(means, [2.5, 97.5], axis=0)
    return lower, upper
