"""SIGKILL at dozens of points over all steps: the last version serves, the doctor names it, the next run mends it."""

from __future__ import annotations

import time
from collections.abc import Callable

import pytest
from exhaustive import FAULTS
from fault_nights import Nights
from fault_shop import TIMEOUT_SECONDS, Shop, diagnosis, named, serves
from kill_points import Point, begins, kill_at, kill_child, said, there

from shelfwise.pipeline.history import read_records
from shelfwise.warehouse.published import resolve_current

pytestmark = [
    FAULTS,
    pytest.mark.fault,
    pytest.mark.slow,
    pytest.mark.timeout(3600),
    pytest.mark.xdist_group("faults"),
]

EVENTS = "runs/*/dbt/build/events.jsonl"
AFTER_EVENTS = "runs/*/dbt/after_training/events.jsonl"
WEB = "landing/web/events/dt=*"
TEMPORARY = "published/versions/*.tmp-*"

# Killed again and again, each time a little later: a run that goes on from the wreck of a wreck.
CHAINS: dict[str, tuple[Point, ...]] = {
    "land": (
        begins("land"),
        there("land", f"{WEB}/*.tmp"),
        there("land", "collector/compaction.json"),
        there("land", f"{WEB}/*.parquet"),
    ),
    "gate landing": (
        begins("gate_landing"),
        begins("gate_landing", 1500),
        there("gate_landing", "runs/*/gate/landing.jsonl"),
    ),
    "dbt build": (
        begins("dbt_build"),
        begins("dbt_build", 2500),
        said("dbt_build", EVENTS, 20),
        said("dbt_build", EVENTS, 80),
        said("dbt_build", EVENTS, 180),
        said("dbt_build", EVENTS, 260),
        there("dbt_build", "runs/*/quarantine_counts.jsonl"),
    ),
    "gate marts and train": (
        begins("gate_marts"),
        begins("gate_marts", 2000),
        begins("train"),
        there("train", "runs/*/logs/train.log", 1500),
        there("train", "model_output/.*.tmp-*"),
        there("train", "model_output/customer_scores.parquet"),
    ),
    "after training": (
        begins("dbt_after_training"),
        said("dbt_after_training", AFTER_EVENTS, 20),
        begins("gate_recommendations", 1000),
    ),
}
# The system kills the largest process when memory is short; the run starts it again.
CHILDREN = (
    ("gate_landing", "shelfwise.quality", 700),
    ("dbt_build", "dbt", 6000),
    ("gate_marts", "shelfwise.quality", 1500),
    ("train", "shelfwise.recommender", 2500),
    ("dbt_after_training", "dbt", 4000),
)
# Each from the same begin of the step.
PUBLISH: tuple[Point, ...] = (
    begins("publish"),
    there("publish", TEMPORARY),
    there("publish", f"{TEMPORARY}/warehouse.duckdb"),
    there("publish", f"{TEMPORARY}/model"),
    there("publish", f"{TEMPORARY}/session_index/*"),
    there("publish", f"{TEMPORARY}/.manifest.json.tmp-*"),
    there("publish", f"{TEMPORARY}/manifest.json"),
    there("publish", "published/versions/*Z-????"),
    there("publish", "published/.current.tmp-*"),
    there("publish", "published/current"),
    there("publish", "runs/*/summary.json"),
)


def require_served_and_named(nights: Nights, point: Point) -> None:
    """Readers have a whole version, and unless the run had come to its end, the doctor knows of it and what to do."""
    serves(nights.shop.settings, resolve_current(nights.shop.settings).run_id)
    last = read_records(nights.shop.settings)[-1]
    if last.status == "succeeded":
        return
    found = named(diagnosis(nights.shop), "runs", "was interrupted at")
    assert point.step in found.what or last.published
    assert found.remedy == "shelfwise run --resume"


@pytest.mark.parametrize("chain", CHAINS, ids=[name.replace(" ", "_") for name in CHAINS])
def test_killed_again_and_again(
    nights: Nights, shop: Shop, chain: str, record_property: Callable[[str, object], None]
) -> None:
    survived = 0
    record_property("tried", len(CHAINS[chain]))
    try:
        resume: tuple[str, ...] = ()
        for point in CHAINS[chain]:
            assert kill_at(shop, point, *resume), f"{point} was not met: {shop.screen().read()[-3000:]}"
            assert resolve_current(shop.settings).run_id == nights.first_version
            require_served_and_named(nights, point)
            survived += 1
            resume = ("--resume",) if read_records(shop.settings)[-1].status != "succeeded" else ()
        # some chains end as a person would end them, some as a timer does: with a new run
        shop.finish(*(resume if len(CHAINS[chain]) % 2 else ()))
        assert diagnosis(shop).is_healthy
        nights.require_same_end(record_property)
    except BaseException:
        survived = max(0, survived - 1)
        raise
    finally:
        record_property("survived", survived)


@pytest.fixture(scope="module")
def before_publishing(nights: Nights) -> Callable[[], None]:
    """Sets the shop to the moment at which its run is about to publish."""
    nights.shop.become(nights.before)
    assert kill_at(nights.shop, begins("publish"))
    state = nights.shop.keep("before-publishing")
    return lambda: nights.shop.become(state)


@pytest.mark.parametrize("point", PUBLISH, ids=str)
def test_killed_while_publishing(
    nights: Nights,
    before_publishing: Callable[[], None],
    point: Point,
    record_property: Callable[[str, object], None],
) -> None:
    shop = nights.shop
    record_property("tried", 1)
    for _ in range(5):
        before_publishing()
        if kill_at(shop, point, "--resume"):
            break
    else:
        pytest.fail(f"{point} was never met")
    require_served_and_named(nights, point)
    if read_records(shop.settings)[-1].status != "succeeded":
        shop.finish("--resume")
    assert resolve_current(shop.settings).run_id not in (nights.first_version, nights.second_version)
    assert diagnosis(shop).is_healthy
    nights.require_same_end(record_property)
    record_property("survived", 1)


def test_programs_that_are_killed_are_started_again(
    nights: Nights, shop: Shop, record_property: Callable[[str, object], None]
) -> None:
    record_property("tried", len(CHILDREN))
    run = shop.start("run")
    for step, program, after_ms in CHILDREN:
        kill_child(shop, run, step, program, after_ms)
    assert run.wait(TIMEOUT_SECONDS) == 0, shop.screen().read()[-3000:]
    record = read_records(shop.settings)[-1]
    assert {step.name for step in record.steps if step.attempts > 1} == {step for step, _, _ in CHILDREN}
    serves(shop.settings, record.run_id)
    nights.require_same_end(record_property)
    record_property("survived", len(CHILDREN))


def test_a_second_run_is_turned_away_and_harms_nothing(
    nights: Nights, shop: Shop, record_property: Callable[[str, object], None]
) -> None:
    record_property("tried", 1)
    first = shop.start("run")
    second_codes = []
    while first.poll() is None:
        if any(shop.settings.runs_path.glob("*/logs/gate_landing.log")) and len(second_codes) < 2:
            second_codes.append(shop.start("run", *(["--resume"] if second_codes else [])).wait(TIMEOUT_SECONDS))
        else:
            time.sleep(0.2)
    assert first.returncode == 0
    assert second_codes == [1, 1]
    nights.require_same_end(record_property)
    record_property("survived", 1)
