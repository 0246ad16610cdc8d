from __future__ import annotations

import json
from datetime import datetime, timedelta
from pathlib import Path

import pytest

from bench.warehouse.timings import Timings, covered, read_timings

START = datetime(2026, 9, 30, 8)


def at(seconds: float) -> datetime:
    return START + timedelta(seconds=seconds)


@pytest.fixture
def timings(tmp_path: Path) -> Timings:
    """An invocation of two threads: stg, then int beside a seed, then fct beside its test, then a mart."""
    upstream = {"stg_events": [], "int_events": ["stg_events"], "fct_events": ["int_events"], "daily": ["fct_events"]}
    models = {
        f"model.shelfwise.{name}": {
            "name": name,
            "resource_type": "model",
            "depends_on": {"nodes": [f"model.shelfwise.{parent}" for parent in parents] + ["seed.shelfwise.names"]},
        }
        for name, parents in upstream.items()
    }
    seed = {"seed.shelfwise.names": {"name": "names", "resource_type": "seed", "depends_on": {}}}
    (tmp_path / "manifest.json").write_text(json.dumps({"nodes": models | seed}))
    ran = {
        "model.shelfwise.stg_events": (0, 1),
        "model.shelfwise.int_events": (1, 5),
        "seed.shelfwise.names": (1, 2),
        "model.shelfwise.fct_events": (4, 7),
        "test.shelfwise.not_null.4711": (7, 8.5),
        "unit_test.shelfwise.fct_events.a_rule": (7.5, 8),
        "model.shelfwise.daily": (8, 10),
        "operation.shelfwise.shelfwise-on-run-end-0": (10, 10.25),
    }
    results = [
        {
            "unique_id": name,
            "execution_time": end - begin,
            "timing": [
                {"name": "compile", "started_at": "not looked at", "completed_at": "not looked at"},
                {
                    "name": "execute",
                    "started_at": at(begin).isoformat() + "Z",
                    "completed_at": at(end).isoformat() + "Z",
                },
            ],
        }
        for name, (begin, end) in ran.items()
    ]
    results.append({"unique_id": "model.shelfwise.int_events_skipped", "execution_time": 0.0, "timing": []})
    (tmp_path / "run_results.json").write_text(json.dumps({"results": results}))
    return read_timings(tmp_path / "run_results.json", tmp_path / "manifest.json")


def test_facts_are_the_fct_models_and_what_they_are_made_from(timings: Timings) -> None:
    facts = [node.name for node in timings.nodes if node.group == "facts"]
    assert facts == ["stg_events", "int_events", "fct_events"]
    assert [node.name for node in timings.nodes if node.group == "marts"] == ["daily", "int_events_skipped"]


def test_sums_count_what_ran_side_by_side_twice_and_the_clock_once(timings: Timings) -> None:
    assert timings.summed("facts") == 1 + 4 + 3
    assert timings.by_the_clock("facts") == 7
    assert timings.summed("tests") == 2.0
    assert timings.by_the_clock("tests") == 1.5
    assert timings.summed("seeds") == 1
    assert timings.summed("hooks") == 0.25
    assert timings.summed("marts") == 2


def test_the_slowest_come_first(timings: Timings) -> None:
    assert timings.slowest(("facts", "marts"), 2) == {"int_events": 4.0, "fct_events": 3.0}


def test_gaps_are_not_covered() -> None:
    intervals = [(at(5), at(6)), (at(0), at(2)), (at(1), at(1.5)), (None, None)]
    assert covered(intervals) == 3.0
    assert covered([]) == 0.0
