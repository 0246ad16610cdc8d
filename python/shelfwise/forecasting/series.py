"""Forecasts of a shop's series of weeks: back-tested at cutoffs of the past, and made by what came out best there."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from shelfwise.forecasting.choice import Verdict, choose, judge
from shelfwise.forecasting.conformal import LEVELS, ErrorIntervals
from shelfwise.forecasting.evaluations import BackTest, Evaluation
from shelfwise.forecasting.rows import Rows
from shelfwise.forecasting.series_models import BASELINES, OURS, PooledTrees, can_be_foretold, usual_error

Floats = NDArray[np.float64]

FEWEST_WEEKS = 10
# Weeks that are known at the first cutoff of the back-test.
FEWEST_KNOWN_WEEKS = 6
# A product's back-test has many series, so it needs fewer cutoffs.
MOST_CUTOFFS = {"category": 26, "product": 12}
FEWEST_SERIES_TO_DRAW = 10


@dataclass(frozen=True)
class SeriesForecast:
    """What came of a shop's subject and metric; rows are empty where there is not enough history."""

    verdict: Verdict
    ahead: Rows | None = None
    foretold: dict[str, Floats] = field(default_factory=dict)
    past: Rows | None = None
    past_foretold: dict[str, Floats] = field(default_factory=dict)
    evaluations: list[Evaluation] = field(default_factory=list)


def known_at(rows: Rows, cutoff_number: float) -> NDArray[np.bool_]:
    """Return whether the week foretold had ended at a cutoff, which is so many weeks back, (n_rows,)."""
    return np.asarray(rows["cutoff_number"] - rows["week_number"] >= cutoff_number)


def forecast_series(rows: Rows, backtest: BackTest, week_count: int, seed: int) -> SeriesForecast:
    """Back-test ours and the baselines on ``rows``, and foretell the weeks after the last one by what is served.

    ``backtest`` names shop, subject and metric; ``week_count`` is how many whole weeks the shop has.
    """
    if week_count < FEWEST_WEEKS:
        return SeriesForecast(_too_short(f"{week_count} whole weeks of history; {FEWEST_WEEKS} are needed"))
    rows = rows.where(can_be_foretold(rows))
    ahead = rows.where(rows["cutoff_number"] == 0)
    most = min(MOST_CUTOFFS[backtest.subject], week_count - FEWEST_KNOWN_WEEKS)
    past = rows.where((rows["cutoff_number"] >= 1) & (rows["cutoff_number"] <= most) & known_at(rows, 0))
    if not len(ahead) or not len(past):
        return SeriesForecast(_too_short("nothing has been sold for at least four weeks and of late"))
    past_values = foretell_past(rows, past, seed)
    cutoff_count = len(np.unique(past["cutoff_number"]))
    errors = {name: np.abs(of - past["target_value"]) / usual_error(past) for name, of in past_values.items()}
    judged = judge(errors, OURS, witnesses(past), seed)
    verdict = choose(judged, OURS, "mean scaled error")
    served = verdict.model_name or OURS
    named = BackTest(backtest.namespace, backtest.subject, backtest.metric, OURS, served, cutoff_count)
    intervals_then = intervals_at_the_time(past, past_values[served])
    leftover = (past["target_value"] - past_values[served]) / usual_error(past)
    values = foretell(rows, ahead, served, seed)
    around = ErrorIntervals.of(leftover, past["week_number"]).around(values, usual_error(ahead), ahead["week_number"])
    return SeriesForecast(
        verdict,
        ahead,
        {"forecast_value": values, **around},
        past,
        {
            "forecast_value": past_values[served],
            "seasonal_naive_value": past_values["seasonal_naive"],
            **intervals_then,
        },
        [
            *errors_of(named, past, past_values, errors, seed),
            *coverage_of(named, past, intervals_then, served),
        ],
    )


def _too_short(reason: str) -> Verdict:
    return Verdict("not_enough_history", None, f"Not enough history: {reason}")


def foretell_past(rows: Rows, past: Rows, seed: int) -> dict[str, Floats]:
    """Return what each model foretells for ``past``, each cutoff by a model that knows what came before it alone."""
    ours = np.full(len(past), np.nan)
    for number in np.unique(past["cutoff_number"]):
        of_cutoff = past["cutoff_number"] == number
        model = PooledTrees(seed).fit(rows.where(known_at(rows, number)))
        ours[of_cutoff] = model.predict(past.where(of_cutoff))
    return {OURS: ours, **{name: baseline(past) for name, baseline in BASELINES.items()}}


def foretell(rows: Rows, ahead: Rows, served: str, seed: int) -> Floats:
    """Return what the served model foretells for the weeks ahead."""
    if served == OURS:
        return PooledTrees(seed).fit(rows.where(known_at(rows, 0))).predict(ahead)
    return BASELINES[served](ahead)


def witnesses(past: Rows) -> NDArray[np.int64]:
    """Return what errors are drawn by: series, or cutoffs where series are few."""
    series = np.unique(past["series_id"].astype(str), return_inverse=True)[1]
    if series.max(initial=0) + 1 >= FEWEST_SERIES_TO_DRAW:
        return series.astype(np.int64)
    return np.asarray(past["cutoff_number"], dtype=np.int64)


def intervals_at_the_time(past: Rows, values: Floats) -> dict[str, Floats]:
    """Return the intervals that each cutoff of the past would have had, from the errors that were known then."""
    made = {f"{end}_{level}": np.full(len(past), np.nan) for level in LEVELS for end in ("lower", "upper")}
    leftover = (past["target_value"] - values) / usual_error(past)
    for number in np.unique(past["cutoff_number"]):
        then, known = past["cutoff_number"] == number, known_at(past, number)
        of_cutoff = past.where(then)
        around = ErrorIntervals.of(leftover[known], past["week_number"][known]).around(
            values[then], usual_error(of_cutoff), of_cutoff["week_number"]
        )
        for name, column in around.items():
            made[name][then] = column
    return made


def errors_of(
    named: BackTest, past: Rows, values: dict[str, Floats], errors: dict[str, Floats], seed: int
) -> list[Evaluation]:
    """Return each model's errors, all weeks together and each week ahead by itself."""
    made: list[Evaluation] = []
    for week in range(5):
        kept = (past["week_number"] == week) | (week == 0)
        if not kept.any():
            continue
        judged = judge({name: of[kept] for name, of in errors.items()}, OURS, witnesses(past.where(kept)), seed)
        made += named.of_judged(judged, "scaled_error", week)
        truth = past["target_value"][kept]
        total = float(np.abs(truth).sum())
        made += [
            named.of_value(
                name, "relative_error", float(np.abs(of[kept] - truth).sum()) / total, judged.witness_count, week
            )
            for name, of in values.items()
            if total > 0
        ]
    return made


def coverage_of(named: BackTest, past: Rows, intervals: dict[str, Floats], served: str) -> list[Evaluation]:
    """Return the share of what came that lay within the intervals of the time, where there were any."""
    made = []
    for week in range(5):
        for level in LEVELS:
            lower, upper = intervals[f"lower_{level}"], intervals[f"upper_{level}"]
            kept = ((past["week_number"] == week) | (week == 0)) & ~np.isnan(lower)
            if kept.any():
                truth = past["target_value"][kept]
                # What never falls below 0 lies within an interval that ends there: so does a week of returns.
                within = (np.maximum(truth, 0) >= lower[kept]) & (truth <= upper[kept])
                made.append(
                    named.of_value(
                        served, f"coverage_{level}", float(within.mean()), len(np.unique(witnesses(past))), week
                    )
                )
    return made
