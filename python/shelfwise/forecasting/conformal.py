"""Intervals from errors of the past (split conformal prediction; Vovk et al. 2005, Lei et al. 2018).

An interval of 80% reaches as far as four of five past errors did, counted so that the next error, if it is like those,
is no larger in at least 80% of cases. With too few errors there is no interval.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

Floats = NDArray[np.float64]

LEVELS = (80, 95)


def error_bound(errors: Floats, level: int) -> float | None:
    """Return how far off ``level`` per cent of errors are at most; None where so few errors do not tell.

    Of sizes and not of signs: errors that leaned to one side in spring lean to the other in autumn, and the intervals
    that took one tail from each covered less of products and were wider (docs/decisions/0048).
    """
    rank = int(np.ceil(level / 100 * (len(errors) + 1)))
    return None if rank > len(errors) else float(np.sort(np.abs(errors))[rank - 1])


@dataclass(frozen=True)
class ErrorIntervals:
    """Bounds of errors by week ahead and level."""

    bounds: Mapping[tuple[int, int], float | None]

    @classmethod
    def of(cls, errors: Floats, week_numbers: Floats) -> ErrorIntervals:
        """Return those of past errors; a week ahead with too few errors of its own takes those of all weeks."""
        return cls(
            {
                (week, level): _first(error_bound(errors[week_numbers == week], level), error_bound(errors, level))
                for week in range(1, 5)
                for level in LEVELS
            }
        )

    def around(self, foretold: Floats, usual_errors: Floats, week_numbers: Floats) -> dict[str, Floats]:
        """Return `lower_80` … `upper_95`, each (n_rows,), never below 0 and nested; NaN where there is no interval."""
        made = {f"{end}_{level}": np.full(len(foretold), np.nan) for level in LEVELS for end in ("lower", "upper")}
        for (week, level), found in self.bounds.items():
            of_week = week_numbers == week
            if found is not None:
                made[f"lower_{level}"][of_week] = np.maximum(foretold - usual_errors * found, 0)[of_week]
                made[f"upper_{level}"][of_week] = (foretold + usual_errors * found)[of_week]
        # Errors of one week and of all may disagree. `fmin` of NaN is the other number, hence the second condition.
        for end, outer in (("lower", np.fmin), ("upper", np.fmax)):
            wide = made[f"{end}_95"]
            made[f"{end}_95"] = np.where(np.isnan(wide), np.nan, outer(wide, made[f"{end}_80"]))
        return made


def _first(*bounds: float | None) -> float | None:
    return next((bound for bound in bounds if bound is not None), None)
