from __future__ import annotations

import json
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from exhaustive import EXHAUSTIVE

from shelfwise.settings import Settings

pytestmark = [
    *EXHAUSTIVE,
    pytest.mark.timeout(1_200),
    pytest.mark.xdist_group("bench_warehouse"),
]


def bench(checkout: Path, *arguments: str) -> subprocess.CompletedProcess[str]:
    environment = Settings(project_dir=checkout, data_dir=checkout / "data").environment()
    command = [sys.executable, "-m", "bench.warehouse", *arguments]
    return subprocess.run(command, cwd=checkout, env=environment, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def measured(make_checkout: Callable[[], Path]) -> tuple[dict[str, Any], str, Path]:
    """A tiny benchmark: its JSON, what it printed, and where."""
    checkout = make_checkout()
    tiny = ("--events", "12k", "--events-per-day", "4k", "--days", "3", "--extra-days", "1")
    finished = bench(checkout, "run", *tiny)
    assert finished.returncode == 0, finished.stdout + finished.stderr
    return json.loads((checkout / "build" / "bench" / "warehouse.json").read_bytes()), finished.stdout, checkout


def test_every_figure_is_there_and_was_measured(measured: tuple[dict[str, Any], str, Path]) -> None:
    found = measured[0]
    assert 9_000 < found["events"] < 15_000
    for name in ("full_build_s", "plain_script_s", "polars_s", "ratio_plain", "no_change_s"):
        assert found[name] > 0, name
    assert found["ratio_plain"] == pytest.approx(found["full_build_s"] / found["plain_script_s"], rel=0.01)
    assert {name: list(found[name]) for name in ("facts_increment_s", "run_increment_s")} == {
        "facts_increment_s": ["3"],
        "run_increment_s": ["3"],
    }
    if Path("/proc").is_dir():
        assert 0.05 < found["peak_gb"] < 10


def test_the_models_that_count_as_facts_did_the_work(measured: tuple[dict[str, Any], str, Path]) -> None:
    (history,) = measured[0]["histories"]
    for part in (history["full_build"], history["no_change"]["dbt"], history["extra_days"][0]["dbt"]):
        assert part["facts_s"] > 0
        assert part["marts_s"] > 0
    assert history["extra_days"][0]["tests_s"] > 0
    assert history["extra_days"][0]["gate_s"] > 0
    assert history["extra_days"][0]["publish_s"] > 0
    assert 2_500 < history["extra_days"][0]["events"] < 6_000


def test_one_more_day_reaches_the_facts(measured: tuple[dict[str, Any], str, Path]) -> None:
    (history,) = measured[0]["histories"]
    (extra_day,) = history["extra_days"]
    assert extra_day["rewritten_facts"]["int_events__classified"] >= extra_day["events"]
    assert "int_events__classified" not in history["no_change"]["rewritten_facts"]


def test_it_is_shown_and_cleared_away(measured: tuple[dict[str, Any], str, Path]) -> None:
    _, printed, checkout = measured
    assert "Full build of" in printed
    assert "One more day" in printed
    assert sorted(path.name for path in (checkout / "build" / "bench").iterdir()) == [
        "dataset",
        "logs",
        "warehouse.json",
    ]


def test_what_is_no_number_is_refused_in_words(make_checkout: Callable[[], Path]) -> None:
    checkout = make_checkout()
    for arguments, words in (
        (("full", "--events", "many"), "not a number of events"),
        (("run", "--days", "10;100"), "no numbers of days"),
    ):
        refused = bench(checkout, *arguments)
        assert refused.returncode == 2
        assert words in refused.stderr.replace("\n", " ")


def test_the_facts_alone_are_measured_again_on_the_histories_that_stay(make_checkout: Callable[[], Path]) -> None:
    checkout = make_checkout()
    for landed in (0, 1):
        finished = bench(checkout, "facts", "--events-per-day", "4k", "--days", "2,4", "--extra-days", "1")
        assert finished.returncode == 0, finished.stdout + finished.stderr
        found = json.loads((checkout / "build" / "bench" / "facts.json").read_bytes())
        assert [rounds[0]["days_before"] for rounds in found["rounds"].values()] == [2 + landed, 4 + landed]
        assert all(rounds[0]["extra_day"]["facts_s"] > 0 for rounds in found["rounds"].values())
        assert "int_events__classified" in found["rounds"]["2"][0]["dearest"]
