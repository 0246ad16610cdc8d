"""Other rules on the same series, days and plantings: three sigma, and what a library's decomposition leaves over.

Each gives a score to the last value of the series that it sees; how large it must be is chosen on the first data, by
the best F1, so that none loses for a threshold that was meant for other data.
"""

from __future__ import annotations

import warnings
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date

import numpy as np
from numpy.typing import NDArray
from statsmodels.tsa.seasonal import STL  # type: ignore[import-untyped]

Series = NDArray[np.float64]
#: of a series up to and with the day that is judged, how far that day is from the others
Rule = Callable[[Series], float]

SIGMA_DAYS = 28
STL_DAYS = 112


def three_sigma(values: Series) -> float:
    """Return how many standard deviations the last value is from the mean of the four weeks before."""
    before = values[-SIGMA_DAYS - 1 : -1]
    deviation = before.std(ddof=1)
    return float((values[-1] - before.mean()) / deviation) if deviation > 0 else 0.0


def stl_residual(values: Series) -> float:
    """Return how far the last residual of a robust weekly decomposition of sixteen weeks is from the others' spread."""
    logarithms = np.log(values[-STL_DAYS:] + 1)
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", RuntimeWarning)  # a series without any spread divides by it
        residuals = STL(logarithms, period=7, robust=True).fit().resid
    spread = 1.4826 * float(np.median(np.abs(residuals[:-1] - np.median(residuals[:-1]))))
    return float(residuals[-1] / spread) if spread > 0 else 0.0


RULES: dict[str, Rule] = {"three_sigma": three_sigma, "statsmodels_stl": stl_residual}


@dataclass(frozen=True)
class Days:
    """Days that rules judge: the values up to each, as they were and planted."""

    values: list[Series]
    factors: NDArray[np.float64]

    def scores(self, rule: Rule) -> tuple[NDArray[np.float64], NDArray[np.float64]]:
        """Return the rule's scores of the days as they were, (n,), and with each planting, (n, factors)."""
        clean = np.array([rule(values) for values in self.values])
        planted = np.empty((len(self.values), len(self.factors)))
        for column, factor in enumerate(self.factors):
            for row, values in enumerate(self.values):
                changed = values.copy()
                changed[-1] = np.round(changed[-1] * factor)
                planted[row, column] = rule(changed)
        return clean, planted


def days_of(
    series: dict[str, tuple[list[date], Series]], wanted: list[tuple[str, date]], factors: tuple[float, ...]
) -> Days:
    """Return the wanted days of series, each with the values before it."""
    values = []
    for series_id, day in wanted:
        dates, of_series = series[series_id]
        end = dates.index(day) + 1
        values.append(of_series[max(0, end - STL_DAYS) : end])
    return Days(values, np.array(factors))
