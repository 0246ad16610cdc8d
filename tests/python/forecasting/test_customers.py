from __future__ import annotations

import numpy as np
import pytest
from small_series import customer_rows

from shelfwise.forecasting.customer_models import OURS
from shelfwise.forecasting.customers import QUESTIONS, Question, deviances, forecast_customers, known, log_losses

SEED = 7
BY_METRIC = {question.metric: question for question in QUESTIONS}


@pytest.mark.parametrize("question", QUESTIONS, ids=lambda question: question.metric)
def test_customers_are_told_apart(question: Question) -> None:
    rows = customer_rows()
    found = forecast_customers(rows, question, "s", SEED)
    assert found.verdict.status in ("model", "baseline")
    assert found.values is not None
    assert len(found.values) == 300
    assert np.isfinite(found.values).all()
    assert (found.values >= 0).all()
    serving = rows.where(rows["cutoff_number"] == 0)
    often = serving["order_count_3_windows"] >= 3
    sign = -1 if question.metric == "lapse_probability" else 1
    assert sign * found.values[often].mean() > sign * found.values[~often].mean()
    judged = [one for one in found.evaluations if one.measure == question.measure]
    assert {one.role for one in judged} == {"model", "baseline"}
    assert sum(one.is_served for one in judged) == 1
    assert all(one.gain is not None for one in judged if one.role == "baseline")


def test_probabilities_are_calibrated() -> None:
    found = forecast_customers(customer_rows(600), BY_METRIC["purchase_probability"], "s", SEED)
    apart = [abs(of["foretold"] - of["observed"]) for of in found.calibration]
    assert len(apart) == 10
    assert max(apart) < 0.12


def test_intervals_of_values_hold_what_was_spent() -> None:
    found = forecast_customers(customer_rows(600), BY_METRIC["expected_value"], "s", SEED)
    assert found.bounds is not None
    assert (found.bounds[0] <= found.bounds[1]).all()
    (covered,) = (one.value for one in found.evaluations if one.measure == "coverage_80")
    assert covered >= 0.75


def test_a_baseline_is_served_where_nothing_is_to_be_learned() -> None:
    found = forecast_customers(customer_rows(habit=0), BY_METRIC["purchase_probability"], "s", SEED)
    assert found.verdict.status == "baseline"
    assert found.verdict.model_name != OURS


def test_models_learn_from_outcomes_that_were_known_at_the_cutoff() -> None:
    question = BY_METRIC["expected_value"]
    learned = known(customer_rows(), question, 3)
    # The value window of cutoff 5 ends two windows before the end; that of 6 ends where cutoff 3 begins.
    assert learned["cutoff_number"].min() == 6


def test_few_customers_are_not_enough() -> None:
    found = forecast_customers(customer_rows(20), BY_METRIC["purchase_probability"], "s", SEED)
    assert found.verdict.status == "not_enough_history"
    assert "200 are needed" in found.verdict.reason
    assert found.values is None


def test_a_shop_where_everybody_comes_back_teaches_nothing() -> None:
    rows = customer_rows()
    rows.columns["is_buying"] = np.where(np.isnan(rows["is_buying"]), np.nan, 1.0)
    found = forecast_customers(rows, BY_METRIC["purchase_probability"], "s", SEED)
    assert found.verdict.status == "not_enough_history"
    assert "20 of each kind are needed" in found.verdict.reason


def test_errors_are_least_for_the_truth() -> None:
    truth = np.array([1.0, 0.0, 0.0, 0.0])
    assert log_losses(truth, np.full(4, 0.25)).mean() < min(
        log_losses(truth, np.full(4, p)).mean() for p in (0.1, 0.2, 0.3, 0.5)
    )
    spent = np.array([100.0, 0.0, 0.0, 0.0])
    assert deviances(spent, np.full(4, 25.0)).mean() < min(
        deviances(spent, np.full(4, value)).mean() for value in (5.0, 20.0, 30.0, 80.0)
    )
