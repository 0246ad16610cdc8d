"""What foretells a series of weeks: ours, and the baselines it has to be better than.

A series is read at its own level (its mean of eight weeks), so that one model learns from all series of a shop: a
product that sells three a week and one that sells three hundred teach each other.
"""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingRegressor

from shelfwise.forecasting.rows import Rows

Floats = NDArray[np.float64]

OURS = "pooled_trees"
FEWEST_WEEKS_OF_SERIES = 4
# With fewer rows to learn from, ours says what the mean of four weeks says.
FEWEST_ROWS = 60
MOST_ROWS = 20_000
# A week that is more than this many times the usual one is an accident, not a lesson.
HIGHEST_RATIO = 5.0


def can_be_foretold(rows: Rows) -> NDArray[np.bool_]:
    """Return whether a series has begun long enough ago, and sells anything at all, (n_rows,)."""
    return np.asarray((rows["week_count"] >= FEWEST_WEEKS_OF_SERIES) & (rows["mean_8_weeks"] > 0))


def usual_error(rows: Rows) -> Floats:
    """Return what errors are measured by: how much the series usually changes from week to week, (n_rows,)."""
    least = 0.05 * np.maximum(rows["mean_13_weeks"], 1e-9)
    return np.asarray(np.maximum(np.nan_to_num(rows["usual_change"]), least))


def seasonal_naive(rows: Rows) -> Floats:
    """Foretell the same week of the year before; the last week, where there is none (Hyndman & Athanasopoulos)."""
    year_before = rows["value_year_before"]
    return np.asarray(np.maximum(np.where(np.isnan(year_before), rows["value_1_before"], year_before), 0))


def four_week_mean(rows: Rows) -> Floats:
    """Foretell the mean of the last four weeks."""
    return np.asarray(np.maximum(rows["mean_4_weeks"], 0))


BASELINES: dict[str, Callable[[Rows], Floats]] = {"seasonal_naive": seasonal_naive, "four_week_mean": four_week_mean}


def features_of(rows: Rows) -> Floats:
    """Return what the trees look at, (n_rows, n_features): shares of the level, which mean the same of any series."""
    level = rows["mean_8_weeks"]
    with np.errstate(divide="ignore", invalid="ignore"):
        columns = [
            *(rows[f"value_{week}_before"] / level for week in range(1, FEWEST_WEEKS_OF_SERIES + 1)),
            rows["mean_4_weeks"] / level,
            rows["mean_13_weeks"] / level,
            rows["value_year_before"] / rows["mean_4_weeks_year_before"],
            rows["usual_change"] / level,
            rows["shop_value_1_before"] / rows["shop_mean_4_weeks"],
            rows["shop_mean_4_weeks"] / rows["shop_mean_13_weeks"],
            rows["zero_share_8_weeks"],
            np.log1p(level),
            np.minimum(rows["week_count"], 52),
            rows["week_number"],
            rows["share_of_year"],
        ]
    features = np.column_stack(columns)
    features[~np.isfinite(features)] = np.nan
    return features


class PooledTrees:
    """Half of what boosted trees over all series say, half the mean of four weeks.

    The two err differently: trees see turns and seasons, and the mean does not take fright.
    """

    def __init__(self, random_state: int) -> None:
        self.random_state = random_state
        self.trees: HistGradientBoostingRegressor | None = None
        self.seen: NDArray[np.int64] = np.array([], dtype=np.int64)

    def fit(self, rows: Rows) -> PooledTrees:
        """Learn from rows whose target is known; the latest, where there are very many."""
        rows = rows.where(can_be_foretold(rows))
        if len(rows) > MOST_ROWS:
            latest = np.sort(np.argsort(rows["cutoff_number"], kind="stable")[:MOST_ROWS])
            rows = rows.where(np.isin(np.arange(len(rows)), latest))
        self.trees = None
        if len(rows) >= FEWEST_ROWS:
            features = features_of(rows)
            self.seen = np.flatnonzero(~np.isnan(features).all(axis=0))
            ratios = np.clip(rows["target_value"] / rows["mean_8_weeks"], 0, HIGHEST_RATIO)
            self.trees = HistGradientBoostingRegressor(
                loss="absolute_error",
                max_iter=80,
                learning_rate=0.08,
                max_leaf_nodes=8,
                min_samples_leaf=40 if len(rows) > 4_000 else 8,
                l2_regularization=5.0,
                early_stopping=False,
                random_state=self.random_state,
            ).fit(features[:, self.seen], ratios)
        return self

    def predict(self, rows: Rows) -> Floats:
        """Return what is foretold, (n_rows,), never below 0."""
        steady = four_week_mean(rows)
        if self.trees is None or not len(rows):
            return steady
        ratios = self.trees.predict(features_of(rows)[:, self.seen])
        return np.asarray(np.maximum(0.5 * ratios * rows["mean_8_weeks"] + 0.5 * steady, 0))
