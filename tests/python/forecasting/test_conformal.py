from __future__ import annotations

import numpy as np
import pytest

from shelfwise.forecasting.conformal import ErrorIntervals, error_bound


@pytest.mark.parametrize(("level", "fewest"), [(80, 4), (95, 19)])
def test_too_few_errors_give_no_interval(level: int, fewest: int) -> None:
    errors = np.arange(1.0, fewest + 1)
    assert error_bound(errors[:-1], level) is None
    assert error_bound(errors, level) == fewest


@pytest.mark.parametrize("level", [80, 95])
def test_the_next_error_lies_within_as_often_as_promised(level: int) -> None:
    generator = np.random.default_rng(3)
    errors = generator.standard_t(3, (3_000, 40))
    bounds = np.array([error_bound(row[:-1], level) for row in errors])
    covered = (np.abs(errors[:, -1]) <= bounds).mean()
    assert level / 100 - 0.02 <= covered <= level / 100 + 0.04


def test_intervals_are_nested_and_begin_at_zero() -> None:
    generator = np.random.default_rng(5)
    # Of week 1 there are enough errors for 80% alone, and these are large; 95% comes from those of all weeks.
    errors = np.concatenate([generator.normal(0, 9, 10), generator.normal(0, 1, 90)])
    weeks = np.concatenate([np.ones(10), np.repeat([2.0, 3.0, 4.0], 30)])
    foretold = np.array([5.0, 5.0, 0.0])
    made = ErrorIntervals.of(errors, weeks).around(foretold, np.array([1.0, 1.0, 2.0]), np.array([1.0, 2.0, 4.0]))
    assert (made["lower_95"] <= made["lower_80"]).all()
    assert (made["lower_80"] <= foretold).all()
    assert (foretold <= made["upper_80"]).all()
    assert (made["upper_80"] <= made["upper_95"]).all()
    assert made["lower_95"].min() == 0


def test_without_errors_there_is_no_interval() -> None:
    made = ErrorIntervals.of(np.array([]), np.array([])).around(np.array([5.0]), np.array([1.0]), np.array([1.0]))
    assert all(np.isnan(column).all() for column in made.values())
