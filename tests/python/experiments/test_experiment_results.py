"""What the models of the experiments say of thousands of experiments whose truth is known."""

from __future__ import annotations

import json
from collections.abc import Callable
from pathlib import Path

import duckdb
import numpy as np
import pandas as pd
import pytest
from scipy import stats
from simulated_shops import (
    CLICK_RATE,
    MEAN_ORDER,
    ORDER_RATE,
    TREATMENT,
    Effects,
    arms_of,
    device_ids,
    hash_share,
    simulate_shop,
    write_warehouse,
)

from shelfwise.settings import Settings

pytestmark = [pytest.mark.slow, pytest.mark.xdist_group("experiments")]

SEED = 20260302
METRICS = ("click_through_rate", "conversion_rate", "revenue_per_unit")

AA_EXPERIMENTS, AA_DEVICES = 1000, 4000
PLANTED_SHOPS, PLANTED_DEVICES = 300, 1000
PLANTED = Effects(clicks=1.5, orders=1.8, worth=1.5)
TRUE_DIFFERENCES = {
    "click_through_rate": CLICK_RATE * (PLANTED.clicks - 1),
    "conversion_rate": ORDER_RATE * (PLANTED.orders - 1),
    "revenue_per_unit": ORDER_RATE * MEAN_ORDER * (PLANTED.orders * PLANTED.worth - 1),
}


@pytest.fixture(scope="module")
def database(project_dir: Path, dbt: Callable[..., str], tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A warehouse of 1,000 A/A tests in one shop and 300 shops with a planted effect, its results built by dbt."""
    settings = Settings(project_dir=project_dir, data_dir=tmp_path_factory.mktemp("experiments"), sources=("web",))
    rng = np.random.default_rng(SEED)
    experiments = [row for number in range(AA_EXPERIMENTS) for row in arms_of(f"aa{number}", "aa")]
    shops = [simulate_shop(rng, "aa", AA_DEVICES, np.zeros(AA_DEVICES, dtype=bool), Effects())]
    for number in range(PLANTED_SHOPS):
        name = f"planted{number}"
        experiments += arms_of(name, name)
        treated = np.array([hash_share(name, unit) >= 0.5 for unit in device_ids(name, PLANTED_DEVICES)])
        shops.append(simulate_shop(rng, name, PLANTED_DEVICES, treated, PLANTED))
    write_warehouse(settings.build_database, experiments, shops)
    variables = json.dumps({"experiment_minimum_units": PLANTED_DEVICES // 4})
    models = ("dim_experiment_arms", "experiment_exposures", "experiment_results")
    dbt(settings, "run", "--quiet", "--vars", variables, "--select", *models)
    return settings.build_database


@pytest.fixture(scope="module")
def results(database: Path) -> pd.DataFrame:
    with duckdb.connect(str(database), read_only=True) as connection:
        found = connection.execute("select * from experiment_results where not is_control").df()
    return found.assign(kind=found["experiment_name"].str.rstrip("0123456789"))


def of_kind(results: pd.DataFrame, kind: str, metric: str) -> pd.DataFrame:
    found = results[(results["kind"] == kind) & (results["metric"] == metric)]
    assert len(found) == {"aa": AA_EXPERIMENTS, "planted": PLANTED_SHOPS}[kind]
    return found


@pytest.mark.parametrize("metric", METRICS)
def test_of_a_thousand_experiments_with_nothing_in_them_one_in_twenty_finds_something(
    results: pd.DataFrame, metric: str
) -> None:
    found = of_kind(results, "aa", metric)
    assert 0.035 <= (found["p_value"] < 0.05).mean() <= 0.065
    excludes_zero = (found["lower_bound"] > 0) | (found["upper_bound"] < 0)
    assert (excludes_zero == (found["p_value"] < 0.05)).all()
    assert set(found["verdict"]) <= {"no difference found", "better", "worse", "sample ratio is off: do not read"}


def test_who_counts_impressions_for_units_is_misled(database: Path) -> None:
    """The simulated visitors differ so much that the simpler variance is wrong: else the test above proves little."""
    naive = """
        with arms as (
            select
                experiment_name, arm,
                sum(click_count) / sum(impression_count) as rate, sum(impression_count) as impressions
            from experiment_exposures where namespace = 'aa' group by all
        )
        select avg(if(
            abs(t.rate - c.rate)
            / sqrt(t.rate * (1 - t.rate) / t.impressions + c.rate * (1 - c.rate) / c.impressions) > 1.96, 1, 0
        ))
        from arms as t inner join arms as c on t.experiment_name = c.experiment_name and t.arm > c.arm
    """
    with duckdb.connect(str(database), read_only=True) as connection:
        ((false_positives,),) = connection.execute(naive).fetchall()
    assert false_positives > 0.1


def test_an_even_split_rarely_looks_uneven(results: pd.DataFrame) -> None:
    found = of_kind(results, "aa", "conversion_rate")
    assert (found["sample_ratio_p_value"] < 0.001).sum() <= 5
    assert 0.03 <= (found["sample_ratio_p_value"] < 0.05).mean() <= 0.07


@pytest.mark.parametrize("metric", METRICS)
def test_a_planted_difference_lies_in_nineteen_intervals_of_twenty(results: pd.DataFrame, metric: str) -> None:
    found = of_kind(results, "planted", metric)
    truth = TRUE_DIFFERENCES[metric]
    covered = (found["lower_bound"] <= truth) & (found["upper_bound"] >= truth)
    assert 0.92 <= covered.mean() <= 0.98


@pytest.mark.parametrize("metric", METRICS)
def test_a_planted_difference_is_found(results: pd.DataFrame, metric: str) -> None:
    found = of_kind(results, "planted", metric)
    assert (found["verdict"] == "better").mean() > 0.8
    assert "worse" not in set(found["verdict"])


@pytest.mark.parametrize("metric", METRICS)
def test_the_minimum_detectable_difference_is_found_four_times_out_of_five(results: pd.DataFrame, metric: str) -> None:
    """A planted difference as large as an experiment could find is found about as often as that promises."""
    found = of_kind(results, "planted", metric)
    z_of_truth = TRUE_DIFFERENCES[metric] / (found["minimum_detectable_difference"] / (1.959964 + 0.841621))
    promised = stats.norm.sf(1.959964 - z_of_truth).mean()
    assert (found["p_value"] < 0.05).mean() == pytest.approx(promised, abs=0.06)


def test_a_unit_is_in_the_arm_that_the_api_would_draw(database: Path) -> None:
    query = (
        "select experiment_name, unit_id, arm from experiment_exposures where experiment_name in ('aa7', 'planted3')"
    )
    with duckdb.connect(str(database), read_only=True) as connection:
        rows = connection.execute(query).fetchall()
    assert len(rows) == AA_DEVICES + PLANTED_DEVICES
    assert all((arm == TREATMENT) == (hash_share(experiment, unit) >= 0.5) for experiment, unit, arm in rows)
