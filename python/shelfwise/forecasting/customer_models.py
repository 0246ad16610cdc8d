"""What foretells a customer: ours, and baselines of how often and how lately they ordered.

Ours is half boosted trees and half a linear model of the same features, which err differently.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray
from sklearn.ensemble import HistGradientBoostingClassifier, HistGradientBoostingRegressor
from sklearn.linear_model import LogisticRegression, TweedieRegressor
from sklearn.pipeline import make_pipeline
from sklearn.preprocessing import StandardScaler

from shelfwise.forecasting.rows import Rows

Floats = NDArray[np.float64]

OURS = "trees_and_linear"
TABLE, LOGISTIC, RATE = "frequency_recency_table", "frequency_recency_logistic", "frequency_recency_value"
COUNTS = (
    "days_since_last_order",
    "days_since_first_order",
    "order_count",
    "order_day_count",
    "order_count_1_windows",
    "order_count_2_windows",
    "order_count_3_windows",
    "order_count_6_windows",
    "net_revenue",
    "net_revenue_1_windows",
    "net_revenue_3_windows",
    "net_revenue_6_windows",
    "mean_order_value",
    "mean_basket_size",
    "return_line_count",
)
TREES: dict[str, Any] = {
    "max_iter": 100,
    "learning_rate": 0.05,
    "max_leaf_nodes": 8,
    "min_samples_leaf": 60,
    "l2_regularization": 5.0,
    "early_stopping": False,
}
# The dearest thousandth of customers says what they said in the past, no more.
HIGHEST_VALUES = 0.999
# So many customers at the overall rate stand in each cell of the table.
CELL_PRIOR = 10
# So many orders at the mean value are added to a customer's.
ORDER_PRIOR = 2
SMALLEST_VALUE = 1e-3
FEWEST_OF_A_KIND = 20


def rhythm(rows: Rows) -> tuple[Floats, Floats]:
    """Return the mean gap between orders, and how many such gaps ago the last one was; NaN for a single order."""
    gap = np.where(rows["mean_gap_days"] > 0, rows["mean_gap_days"], np.nan)
    return gap, rows["days_since_last_order"] / gap


def tree_features(rows: Rows) -> Floats:
    """Return what trees look at, (n_rows, n_features)."""
    rate = rows["order_count"] / np.maximum(rows["days_since_first_order"], 1)
    return np.column_stack([*(rows[name] for name in COUNTS), *rhythm(rows), rate])


def linear_features(rows: Rows) -> Floats:
    """Return what the linear models look at: logarithms, and nothing that is missing."""
    gap, due = rhythm(rows)
    single = np.isnan(gap)
    return np.column_stack(
        [
            *(np.log1p(np.maximum(rows[name], 0)) for name in COUNTS),
            np.log1p(np.where(single, 0, gap)),
            np.minimum(np.where(single, 0, due), 5),
            single,
        ]
    )


def frequency_and_recency(rows: Rows) -> Floats:
    """Return logarithms of how lately, for how long and how often they ordered."""
    return np.asarray(
        np.log1p(np.column_stack([rows["days_since_last_order"], rows["days_since_first_order"], rows["order_count"]]))
    )


class Probability:
    """Ours for a yes or no: the mean of trees and logistic regression."""

    def __init__(self, random_state: int) -> None:
        self.trees = HistGradientBoostingClassifier(**TREES, random_state=random_state)
        self.linear = make_pipeline(StandardScaler(), LogisticRegression(C=0.3, max_iter=1_000))

    def fit(self, rows: Rows, target: Floats) -> Probability:
        """Learn from rows whose answer is known."""
        self.trees.fit(tree_features(rows), target)
        self.linear.fit(linear_features(rows), target)
        return self

    def predict(self, rows: Rows) -> Floats:
        """Return probabilities, (n_rows,)."""
        by_trees = self.trees.predict_proba(tree_features(rows))[:, 1]
        return np.asarray((by_trees + self.linear.predict_proba(linear_features(rows))[:, 1]) / 2)


class CalibratedProbability:
    """`Probability`, put right (Platt 1999) by the latest outcomes, which a fit without them had foretold.

    For what is known after a window. What takes three is put right by a season that is over, which is worse than
    nothing (docs/decisions/0048).
    """

    def __init__(self, random_state: int) -> None:
        self.random_state = random_state
        self.model = Probability(random_state)
        self.calibrator: LogisticRegression | None = None

    def fit(self, rows: Rows, target: Floats) -> CalibratedProbability:
        """Learn from rows whose answer is known."""
        self.model.fit(rows, target)
        latest = rows["cutoff_number"] == rows["cutoff_number"].min()
        if all(_has_both(target[part]) for part in (latest, ~latest)):
            before = Probability(self.random_state).fit(rows.where(~latest), target[~latest])
            foretold = before.predict(rows.where(latest))
            self.calibrator = LogisticRegression(C=1e6).fit(_log_odds(foretold), target[latest])
        return self

    def predict(self, rows: Rows) -> Floats:
        """Return probabilities, (n_rows,)."""
        foretold = self.model.predict(rows)
        if self.calibrator is None:
            return foretold
        return np.asarray(self.calibrator.predict_proba(_log_odds(foretold))[:, 1])


def _has_both(target: Floats) -> bool:
    happened = int((target > 0).sum())
    return min(happened, len(target) - happened) >= FEWEST_OF_A_KIND


def _log_odds(probabilities: Floats) -> Floats:
    certain = np.clip(probabilities, 1e-6, 1 - 1e-6)
    return np.asarray(np.log(certain / (1 - certain)))[:, None]


class Value:
    """Ours for an amount: the mean of trees and a Tweedie model, whose expectation is that of an amount often 0."""

    def __init__(self, random_state: int) -> None:
        self.trees = HistGradientBoostingRegressor(loss="poisson", **TREES, random_state=random_state)
        self.linear = make_pipeline(
            StandardScaler(), TweedieRegressor(power=1.5, alpha=0.1, link="log", max_iter=1_000)
        )
        self.highest = np.inf

    def fit(self, rows: Rows, target: Floats) -> Value:
        """Learn from rows whose amount is known."""
        self.highest = float(target.max())
        self.trees.fit(tree_features(rows), np.minimum(target, np.quantile(target, HIGHEST_VALUES)))
        self.linear.fit(linear_features(rows), target)
        return self

    def predict(self, rows: Rows) -> Floats:
        """Return expected amounts, (n_rows,); no more than anybody ever spent."""
        with np.errstate(over="ignore"):
            by_linear = np.minimum(self.linear.predict(linear_features(rows)), self.highest)
        return np.asarray((self.trees.predict(tree_features(rows)) + by_linear) / 2)


class FrequencyRecencyTable:
    """Baseline: the mean of customers who ordered as often and as lately, in 30 cells."""

    def __init__(self, random_state: int) -> None:
        del random_state  # draws nothing

    def fit(self, rows: Rows, target: Floats) -> FrequencyRecencyTable:
        """Learn the mean of each cell, drawn to the overall one where few are in it."""
        window = rows["window_days"][0]
        self.days = window * np.array([0.5, 1, 2, 3, 5])
        cells, mean = self._cells(rows), float(target.mean())
        sums = np.bincount(cells, weights=target, minlength=30) + CELL_PRIOR * mean
        self.means = sums / (np.bincount(cells, minlength=30) + CELL_PRIOR)
        return self

    def _cells(self, rows: Rows) -> NDArray[np.int64]:
        recency = np.digitize(rows["days_since_last_order"], self.days, right=True)
        frequency = np.digitize(rows["order_count"], [1, 2, 4, 8], right=True)
        return np.asarray(recency * 5 + frequency, dtype=np.int64)

    def predict(self, rows: Rows) -> Floats:
        """Return the mean of each row's cell, (n_rows,)."""
        return np.asarray(self.means[self._cells(rows)])


class FrequencyRecencyLogistic:
    """Baseline: logistic regression on frequency, recency and age alone."""

    def __init__(self, random_state: int) -> None:
        del random_state  # draws nothing
        self.model = make_pipeline(StandardScaler(), LogisticRegression())

    def fit(self, rows: Rows, target: Floats) -> FrequencyRecencyLogistic:
        """Learn from rows whose answer is known."""
        self.model.fit(frequency_and_recency(rows), target)
        return self

    def predict(self, rows: Rows) -> Floats:
        """Return probabilities, (n_rows,)."""
        return np.asarray(self.model.predict_proba(frequency_and_recency(rows))[:, 1])


class FrequencyRecencyValue:
    """Baseline: how many of their own orders the table foretells, times what an order of theirs comes to."""

    def __init__(self, random_state: int) -> None:
        self.table = FrequencyRecencyTable(random_state)
        self.order_value = 0.0

    def fit(self, rows: Rows, target: Floats) -> FrequencyRecencyValue:
        """Learn the table of amounts by order value."""
        self.order_value = float(rows["mean_order_value"].mean())
        self.table.fit(rows, target / self._values(rows))
        return self

    def _values(self, rows: Rows) -> Floats:
        spent = np.maximum(rows["net_revenue"], 0) + ORDER_PRIOR * self.order_value
        return np.asarray(np.maximum(spent / (rows["order_count"] + ORDER_PRIOR), SMALLEST_VALUE))

    def predict(self, rows: Rows) -> Floats:
        """Return expected amounts, (n_rows,)."""
        return np.asarray(self.table.predict(rows) * self._values(rows))
