from __future__ import annotations

import numpy as np
from small_series import series_rows

from shelfwise.forecasting.evaluations import BackTest
from shelfwise.forecasting.rows import Rows
from shelfwise.forecasting.series import SeriesForecast, forecast_series
from shelfwise.forecasting.series_models import OURS, seasonal_naive

SEED = 7


def forecast(rows: Rows, week_count: int, subject: str = "category") -> SeriesForecast:
    return forecast_series(rows, BackTest("s", subject, "unit_count", OURS, None, 0), week_count, SEED)


def turning_weeks(n_series: int = 14, n_weeks: int = 40) -> np.ndarray:
    """What rises for four weeks falls for four: a mean of four weeks is always late."""
    generator = np.random.default_rng(2)
    wave = np.tile([0, 10, 20, 30, 40, 30, 20, 10], n_weeks // 8 + 1)[:n_weeks]
    return np.round(
        np.outer(generator.uniform(1, 9, n_series), 20.0 + wave) + generator.normal(0, 2, (n_series, n_weeks))
    )


def test_what_can_be_learned_is_served_by_ours() -> None:
    found = forecast(series_rows(turning_weeks()), 40, "product")
    assert (found.verdict.status, found.verdict.model_name) == ("model", OURS)
    gains = {one.model_name: one for one in found.evaluations if one.measure == "scaled_error" and one.week_number == 0}
    assert min(gains[name].gain_lower_bound or 0 for name in ("seasonal_naive", "four_week_mean")) > 0
    assert gains[OURS].is_served
    assert not gains["seasonal_naive"].is_served
    covered = {one.measure: one.value for one in found.evaluations if one.measure.startswith("coverage")}
    assert covered["coverage_80"] > 0.6
    assert covered["coverage_95"] > covered["coverage_80"]


def test_where_there_is_nothing_to_learn_a_baseline_is_served() -> None:
    weeks = np.full((12, 20), 50.0)
    found = forecast(series_rows(weeks), 20, "product")
    assert (found.verdict.status, found.verdict.model_name) == ("baseline", "four_week_mean")
    assert found.ahead is not None
    np.testing.assert_allclose(found.foretold["forecast_value"], found.ahead["mean_4_weeks"])


def test_the_back_test_knows_nothing_of_what_comes_after_its_cutoff() -> None:
    weeks = turning_weeks()
    changed = weeks.copy()
    changed[:, 35:] = 10_000.0
    found = [forecast(series_rows(of), 40, "product") for of in (weeks, changed)]
    for before, after in zip(*(one.past_foretold.items() for one in found), strict=True):
        past = found[0].past
        assert past is not None
        early = past["cutoff_number"] >= 5  # 35 weeks are known at cutoff 5
        if found[0].verdict == found[1].verdict or before[0] == "seasonal_naive_value":
            np.testing.assert_array_equal(before[1][early], after[1][early])


def test_little_history_is_said_and_nothing_is_foretold() -> None:
    found = forecast(series_rows(turning_weeks(n_weeks=9)), 9)
    assert found.verdict.status == "not_enough_history"
    assert "9 whole weeks of history; 10 are needed" in found.verdict.reason
    assert found.ahead is None
    assert found.evaluations == []


def test_what_just_began_or_has_ended_is_left_out() -> None:
    weeks = turning_weeks(12)
    weeks[0, 30:] = 0  # ended
    found = forecast(series_rows(weeks, [0, 37] + [0] * 10), 40)
    assert found.ahead is not None
    assert set(found.ahead["series_id"]) == {f"s{number:02}" for number in range(2, 12)}


def test_ten_weeks_of_one_series_are_enough_not_to_crash() -> None:
    found = forecast(series_rows(turning_weeks(1, 10)), 10)
    assert found.verdict.status == "baseline"
    assert found.ahead is not None
    assert len(found.ahead) == 4
    assert np.isfinite(found.foretold["forecast_value"]).all()


def test_a_dead_shop_has_no_forecast() -> None:
    found = forecast(series_rows(np.zeros((3, 30))), 30)
    assert found.verdict.status == "not_enough_history"


def test_seasonal_naive_takes_last_year_where_it_is_known() -> None:
    weeks = np.arange(60, dtype=float)[None, :] + 1
    rows = series_rows(weeks)
    ahead = rows.where(rows["cutoff_number"] == 0)
    assert seasonal_naive(ahead).tolist() == [9, 10, 11, 12]
    short = series_rows(weeks[:, :20])
    assert seasonal_naive(short.where(short["cutoff_number"] == 0)).tolist() == [20] * 4


def test_the_same_weeks_give_the_same_forecast() -> None:
    rows = series_rows(turning_weeks(12, 16))
    first, again = forecast(rows, 16, "product"), forecast(rows, 16, "product")
    for name, column in first.foretold.items():
        np.testing.assert_array_equal(column, again.foretold[name])
