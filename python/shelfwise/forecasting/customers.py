"""Forecasts of a shop's customers: will they order within a window, stay away for three, and what will they spend.

Back-tested at three cutoffs of the past, each by models that learned from cutoffs whose outcome was known by then.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from typing import Protocol

import numpy as np
from numpy.typing import NDArray
from sklearn.metrics import roc_auc_score

from shelfwise.forecasting.choice import Verdict, choose, judge
from shelfwise.forecasting.customer_models import (
    FEWEST_OF_A_KIND,
    LOGISTIC,
    OURS,
    RATE,
    SMALLEST_VALUE,
    TABLE,
    CalibratedProbability,
    FrequencyRecencyLogistic,
    FrequencyRecencyTable,
    FrequencyRecencyValue,
    Probability,
    Value,
)
from shelfwise.forecasting.evaluations import BackTest, Evaluation
from shelfwise.forecasting.rows import Rows
from shelfwise.recommender.diagnostics import calibration_bins

Floats = NDArray[np.float64]

FEWEST_TO_LEARN = 200
FOLDS = 3
VALUE_BINS = 10


class Model(Protocol):
    """What learns from rows and their outcome, and foretells an outcome."""

    def fit(self, rows: Rows, target: Floats) -> Model:
        """Learn."""

    def predict(self, rows: Rows) -> Floats:
        """Foretell, (n_rows,)."""


@dataclass(frozen=True)
class Question:
    """What is asked of customers: the outcome, after how many windows it is known, who answers, how it is judged."""

    metric: str
    target: str
    windows: int
    models: Mapping[str, Callable[[int], Model]]
    measure: str
    error: Callable[[Floats, Floats], Floats]


def log_losses(truth: Floats, foretold: Floats) -> Floats:
    """Return the log loss of each row."""
    certain = np.clip(foretold, 1e-6, 1 - 1e-6)
    return np.asarray(-(truth * np.log(certain) + (1 - truth) * np.log(1 - certain)))


def deviances(truth: Floats, foretold: Floats) -> Floats:
    """Return the Tweedie deviance (power 1.5) of each row: least, on average, for the true expectation."""
    expected = np.maximum(foretold, SMALLEST_VALUE)
    return np.asarray(4 * (np.sqrt(truth) - np.sqrt(expected)) ** 2 / np.sqrt(expected))


BASELINES: Mapping[str, Callable[[int], Model]] = {
    TABLE: FrequencyRecencyTable,
    LOGISTIC: FrequencyRecencyLogistic,
}
QUESTIONS = (
    Question(
        "purchase_probability", "is_buying", 1, {OURS: CalibratedProbability, **BASELINES}, "log_loss", log_losses
    ),
    Question("lapse_probability", "is_lapsing", 3, {OURS: Probability, **BASELINES}, "log_loss", log_losses),
    Question(
        "expected_value",
        "next_value",
        3,
        {OURS: Value, TABLE: FrequencyRecencyTable, RATE: FrequencyRecencyValue},
        "deviance",
        deviances,
    ),
)


@dataclass(frozen=True)
class CustomerForecast:
    """What came of one question; without values where there is not enough history."""

    verdict: Verdict
    values: Floats | None = None
    bounds: tuple[Floats, Floats] | None = None
    evaluations: list[Evaluation] = field(default_factory=list)
    calibration: list[dict[str, float]] = field(default_factory=list)


def forecast_customers(rows: Rows, question: Question, namespace: str, seed: int) -> CustomerForecast:
    """Back-test the models of a question on a shop's rows, and answer it for the rows of cutoff 0 by what is served."""
    learned = rows.where(~np.isnan(rows[question.target]))
    reason = too_little(learned, question)
    if reason:
        return CustomerForecast(Verdict("not_enough_history", None, f"Not enough history: {reason}"))
    folds = [
        number
        for number in range(question.windows, question.windows + FOLDS)
        if not too_little(known(rows, question, number), question)
    ]
    tested = [learned.where(learned["cutoff_number"] == number) for number in folds]
    tested = [part for part in tested if len(part)]
    if not tested:
        why = "no customers of the past can be foretold by what was known before them"
        return CustomerForecast(Verdict("not_enough_history", None, f"Not enough history: {why}"))
    truth = np.concatenate([part[question.target] for part in tested])
    values = {
        name: np.concatenate([fitted(rows, question, name, part, seed) for part in tested]) for name in question.models
    }
    customers = np.concatenate([part["customer_id"].astype(str) for part in tested])
    witnesses = np.unique(customers, return_inverse=True)[1].astype(np.int64)
    judged = judge({name: question.error(truth, of) for name, of in values.items()}, OURS, witnesses, seed)
    verdict = choose(judged, OURS, question.measure.replace("_", " "))
    served = verdict.model_name or OURS
    named = BackTest(namespace, "customer", question.metric, OURS, served, len(tested))
    evaluations = named.of_judged(judged, question.measure)
    for name, of in values.items():
        evaluations += [
            named.of_value(name, measure, value, judged.witness_count) for measure, value in others(question, truth, of)
        ]
    serving = rows.where(rows["cutoff_number"] == 0)
    answers = question.models[served](seed).fit(learned, learned[question.target]).predict(serving)
    if question.measure == "log_loss":
        bins = calibration_bins(values[served], truth.astype(bool))
        return CustomerForecast(verdict, np.clip(answers, 0, 1), None, evaluations, bins)
    halves = witnesses % 2 == 0
    covered = coverage(truth, values[served], halves)
    if covered is not None:
        evaluations.append(named.of_value(served, "coverage_80", covered, judged.witness_count))
    return CustomerForecast(verdict, answers, value_bounds(values[served], truth, answers), evaluations)


def known(rows: Rows, question: Question, cutoff_number: int) -> Rows:
    """Return the rows whose outcome was known at a cutoff, which is so many windows back."""
    return rows.where(rows["cutoff_number"] >= cutoff_number + question.windows)


def fitted(rows: Rows, question: Question, name: str, part: Rows, seed: int) -> Floats:
    """Return what a model foretells for a cutoff's rows, having learned what was known then."""
    learned = known(rows, question, int(part["cutoff_number"][0]))
    return question.models[name](seed).fit(learned, learned[question.target]).predict(part)


def too_little(learned: Rows, question: Question) -> str:
    """Return why a model cannot learn from these rows; empty where it can."""
    if len(learned) < FEWEST_TO_LEARN:
        return f"{len(learned)} outcomes of customers are known; {FEWEST_TO_LEARN} are needed"
    happened = int((learned[question.target] > 0).sum())
    if min(happened, len(learned) - happened) < FEWEST_OF_A_KIND:
        return f"{happened} of {len(learned)} known outcomes are a yes; {FEWEST_OF_A_KIND} of each kind are needed"
    return ""


def others(question: Question, truth: Floats, foretold: Floats) -> list[tuple[str, float]]:
    """Return the measures beside the one that is judged by."""
    bias = ("bias", float(foretold.sum() / truth.sum() - 1))
    if question.measure != "log_loss":
        return [("absolute_error", float(np.abs(foretold - truth).mean())), bias]
    bins = calibration_bins(foretold, truth.astype(bool))
    apart = sum(of["row_count"] * abs(of["foretold"] - of["observed"]) for of in bins) / len(truth)
    return [
        ("brier_score", float(((foretold - truth) ** 2).mean())),
        ("ranking", float(roc_auc_score(truth, foretold))),
        ("calibration_error", float(apart)),
        bias,
    ]


def value_bounds(past: Floats, truth: Floats, values: Floats) -> tuple[Floats, Floats] | None:
    """Return the 80% interval of what customers spend, made of customers of whom as much was expected in the past.

    None where a tenth of them is too few to tell.
    """
    edges = np.quantile(past, np.linspace(0, 1, VALUE_BINS + 1)[1:-1])
    of_past, of_values = np.digitize(past, edges), np.digitize(values, edges)
    lower, upper = np.zeros(len(values)), np.zeros(len(values))
    for number in range(VALUE_BINS):
        ends = outer_ranks(truth[of_past == number])
        if ends is None:
            return None
        lower[of_values == number], upper[of_values == number] = ends
    return lower, upper


def outer_ranks(values: Floats) -> tuple[float, float] | None:
    """Return the values between which the next one lies in 80% of cases; None where so few do not tell."""
    n = len(values)
    outside = int(np.floor(0.1 * (n + 1)))
    if outside < 1:
        return None
    ordered = np.sort(values)
    return float(ordered[outside - 1]), float(ordered[n - outside])


def coverage(truth: Floats, foretold: Floats, halves: NDArray[np.bool_]) -> float | None:
    """Return how much of what one half of the customers spent lies in intervals made of the other half."""
    bounds = value_bounds(foretold[halves], truth[halves], foretold[~halves]) if halves.any() else None
    if bounds is None or halves.all():
        return None
    return float(((truth[~halves] >= bounds[0]) & (truth[~halves] <= bounds[1])).mean())
