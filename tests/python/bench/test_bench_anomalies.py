"""The figures of `make bench-anomalies`, and the rules that it compares with."""

from __future__ import annotations

from datetime import date, timedelta

import numpy as np
import pytest

from bench.anomalies.figures import PLANTED_SHARE, Figures, at_threshold, best_threshold
from bench.anomalies.peers import RULES, days_of, three_sigma

SIGNS = np.array([-1.0, 1.0])


def test_precision_is_that_of_one_planted_day_in_twenty() -> None:
    assert pytest.approx(0.05) == PLANTED_SHARE
    figures = Figures(recall=1.0, false_alarm_share=0.05)
    assert figures.precision == pytest.approx(0.05 / (0.05 + 0.95 * 0.05))
    assert Figures(recall=0.0, false_alarm_share=0.0).f1 == 0
    assert Figures(recall=1.0, false_alarm_share=0.0).f1 == 1


def test_a_planting_is_found_in_its_own_direction_alone() -> None:
    clean = np.array([0.0, 4.0, 0.0, 0.0])
    planted = np.array([[-5.0, 5.0], [5.0, 5.0], [-1.0, 1.0], [-5.0, 5.0]])
    figures = at_threshold(clean, planted, SIGNS, 3)
    assert figures.recall == pytest.approx(5 / 8)
    assert figures.false_alarm_share == pytest.approx(1 / 4)


def test_another_rule_gets_the_threshold_that_suits_it() -> None:
    generator = np.random.default_rng(2)
    clean = generator.normal(size=4_000)
    planted = np.column_stack([generator.normal(-12, 1, 4_000), generator.normal(12, 1, 4_000)])
    chosen = best_threshold(clean, planted, SIGNS)
    assert at_threshold(clean, planted, SIGNS, chosen).f1 >= at_threshold(clean, planted, SIGNS, 3.0).f1
    assert at_threshold(clean, planted, SIGNS, chosen).f1 > 0.99


@pytest.mark.parametrize("name", RULES)
def test_a_rule_knows_a_wild_day_and_not_the_days_after_the_one_it_judges(name: str) -> None:
    generator = np.random.default_rng(4)
    first = date(2026, 1, 1)
    dates = [first + timedelta(days=number) for number in range(150)]
    values = 1_000 + 20 * generator.standard_normal(150)
    values[140:] = 9_000
    days = days_of({"s": (dates, values)}, [("s", dates[130])], (0.3, 2.0))
    clean, planted = days.scores(RULES[name])
    assert abs(clean[0]) < 4
    assert planted[0, 0] < -5
    assert planted[0, 1] > 5


def test_three_sigma_leaves_the_judged_day_out() -> None:
    values = np.append(np.tile([90.0, 110.0], 14), 130.0)
    assert three_sigma(values) == pytest.approx(30 / np.std(values[:-1], ddof=1))
    assert three_sigma(np.full(29, 5.0)) == 0
