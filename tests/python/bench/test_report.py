from __future__ import annotations

import io
import json
from pathlib import Path

import pytest
from rich.console import Console

from bench.warehouse.builds import FullBuild, Run
from bench.warehouse.facts import Facts, FactsBuild, Round
from bench.warehouse.histories import History
from bench.warehouse.peers import Peer
from bench.warehouse.report import Results, show, show_facts
from bench.warehouse.targets import Target, ratio
from bench.warehouse.timings import Node, Timings
from shelfwise.settings import Settings


def timings(facts: float, marts: float = 1.0) -> Timings:
    return Timings(
        (
            Node("fct_events", "facts", facts, None, None),
            Node("daily_metrics", "marts", marts, None, None),
            Node("not_null_fct_events", "tests", 2.0, None, None),
        )
    )


def run(seconds: float, facts: float, rewritten: dict[str, int] | None = None, peak_gb: float = 1.0) -> Run:
    steps = {"land": 0.1, "gate_landing": 3.0, "gate_marts": 4.0, "dbt_build": 9.0, "publish": 5.0}
    return Run(seconds, steps, peak_gb, 0.5, timings(facts), rewritten or {})


def history(days: int, facts: float, wall: float, full: float, rewritten: dict[str, int] | None = None) -> History:
    """A run with nothing new takes 20 s, 1 s of it for facts; the middle one of three runs counts."""
    runs = (run(wall - 3, 1 + facts - 0.1), run(wall + 9, 1 + facts + 3), run(wall, 1 + facts, peak_gb=3.5))
    built = FullBuild(full, 4.0, 2.0, 0.0, 0.1, timings(full / 2))
    return History(days, days * 200_000, built, run(60, 5.0), run(20, 1.0, rewritten), runs, (1, 2, 3))


@pytest.fixture
def results(tmp_path: Path) -> Results:
    return Results(
        settings=Settings(data_dir=tmp_path, threads=2, memory_limit="4GB"),
        seed=7,
        events_per_day=200_000,
        events=9_989_768,
        full=FullBuild(90.0, 4.0, 2.5, 0.0, 0.8, timings(60.0)),
        peers={"plain": Peer(30.0, 1.0, 0.0), "polars": Peer(45.0, 2.0, 0.0)},
        histories=[history(10, 2.0, 30.0, 20.0), history(100, 2.2, 33.0, 150.0), history(365, 2.5, 36.0, 500.0)],
    )


def test_the_json_says_what_was_asked_for(results: Results) -> None:
    found = json.loads(json.dumps(results.as_json()))
    asked = {name: found[name] for name in ("events", "full_build_s", "plain_script_s", "polars_s", "ratio_plain")}
    assert asked == {
        "events": 9_989_768,
        "full_build_s": 90.0,
        "plain_script_s": 30.0,
        "polars_s": 45.0,
        "ratio_plain": 3.0,
    }
    assert found["ratio_polars"] == 2.0
    assert found["facts_increment_s"] == {"10": 2.0, "100": 2.2, "365": 2.5}
    assert found["run_increment_s"] == {"10": 10.0, "100": 13.0, "365": 16.0}
    assert found["run_wall_s"] == {"10": 30.0, "100": 33.0, "365": 36.0}
    assert found["no_change_s"] == 20.0
    assert found["peak_gb"] == 3.5
    parts = found["histories"][0]["net_s"]
    assert parts == {"facts": 2.0, "marts": 0.0, "tests": 0.0, "gate": 0.0, "publish": 0.0}
    assert found["settings"]["threads"] == 2
    assert found["machine"]["versions"]["duckdb"]


def test_targets_are_judged(results: Results) -> None:
    targets = {target.name: (target.value, target.met) for target in results.targets}
    assert targets == {
        "full build ÷ plain script": (3.0, True),
        "facts of one more day, on 365 days ÷ on 10": (1.25, True),
        "run with one more day, net ÷ full build, both of 365 days": (0.032, True),
        "rows of facts that a run with nothing new rewrites": (0, True),
    }


def test_a_target_that_is_missed_is_said_to_be(results: Results) -> None:
    slow = Results(
        **vars(results)
        | {
            "full": FullBuild(121.0, 4.0, 2.5, 0.0, 0.8, timings(60.0)),
            "histories": [history(10, 2.0, 30.0, 20.0), history(365, 2.7, 100.0, 500.0, {"int_events": 3, "fct": 4})],
        }
    )
    assert [target.met for target in slow.targets] == [False] * 4
    assert [round(target.value, 3) for target in slow.targets] == [4.033, 1.35, 0.16, 7]
    assert [target["met"] for target in slow.as_json()["targets"]] == [False] * 4


def test_at_the_limit_a_target_is_met() -> None:
    assert Target("ratio", 4.0, 4.0).met
    assert not Target("ratio", 4.0001, 4.0).met


def test_what_is_too_short_to_measure_makes_no_ratio_of_noise() -> None:
    assert ratio(0.06, -0.4) == pytest.approx(1.2)
    assert ratio(-0.3, 0.001) == 1.0
    assert ratio(3.0, 2.0) == 1.5


def test_a_full_build_alone_is_judged_against_its_peer_or_not_at_all(results: Results) -> None:
    alone = Results(**vars(results) | {"peers": {}, "histories": ()})
    assert alone.targets == []
    found = alone.as_json()
    assert found["full_build_s"] == 90.0
    assert "ratio_plain" not in found
    assert "facts_increment_s" not in found
    assert found["peak_gb"] == 2.5


def test_the_tables_show_the_figures(results: Results) -> None:
    console = Console(file=io.StringIO(), width=160)
    show(results, console)
    shown = console.file.getvalue()  # type: ignore[attr-defined]
    for text in ("9,989,768", "plain script", "3.00", "73,000,000", "2.50", "16.0", "36.0", "met"):
        assert text in shown
    assert "missed" not in shown


def test_the_facts_of_histories_in_turn_are_net_and_medians() -> None:
    """Of three rounds the middle one counts; a build with nothing new takes 1 s for facts, 9 of the processor."""

    def rounds(days: int, *net: float) -> list[Round]:
        nothing = FactsBuild(timings(1.0), 9.0, 100_000_000)
        return [
            Round(days + number, 200_000, nothing, FactsBuild(timings(1.0 + one), 9.0 + 2 * one, 600_000_000))
            for number, one in enumerate(net)
        ]

    facts = Facts({10: rounds(10, 4.0, 2.0, 2.2), 365: rounds(365, 2.75, 9.0, 1.0)})
    found = json.loads(json.dumps(facts.as_json()))
    assert found["facts_increment_s"] == {"10": 2.2, "365": 2.75}
    assert found["cpu_increment_s"] == {"10": 4.4, "365": 5.5}
    assert found["read_increment_gb"] == {"10": 0.5, "365": 0.5}
    assert found["target"]["value"] == 1.25
    assert found["target"]["met"]
    assert found["rounds"]["365"][1]["dearest"] == {"fct_events": 9.0}
    console = Console(file=io.StringIO(), width=140)
    show_facts(facts, console)
    assert "365 + 1" in console.file.getvalue()  # type: ignore[attr-defined]
