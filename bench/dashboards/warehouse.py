"""A large published version: the shop of bench.warehouse, built, trained and published as a run does it.

Tests and the gate are left out: they change nothing of what is published, and take longer than all the rest.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path

from rich.console import Console

from bench.warehouse.builds import SOURCES, TOOLS, BenchError
from bench.warehouse.dataset import Dataset, land_days, make_days
from shelfwise.pipeline.context import RunContext, StepResult
from shelfwise.pipeline.dbt import dbt_build
from shelfwise.pipeline.run import run_pipeline
from shelfwise.pipeline.steps import AFTER_TRAINING, STEPS
from shelfwise.settings import Settings

WITHOUT_TESTS = ["--exclude-resource-type", "test", "--exclude-resource-type", "unit_test"]
DAYS_FILE = "days.txt"


def published_shop(base: Settings, folder: Path, events: int, events_per_day: int, seed: int) -> tuple[Settings, int]:
    """Return settings of a data folder in which so many events are published, and how many there are.

    It is made once and kept; another number of events makes it anew. Raises BenchError when the run fails.
    """
    days = max(1, round(events / events_per_day))
    dataset = Dataset(folder / "dataset", seed, events_per_day)
    data = folder / "dashboards" / "data"
    settings = base.model_copy(update={"data_dir": data, "temp_dir": None, "sources": SOURCES, "keep_versions": 1})
    noted = data / DAYS_FILE
    told = f"{days} days of {events_per_day} events, seed {seed}"
    if not (noted.is_file() and noted.read_text().startswith(told)):
        shutil.rmtree(data, ignore_errors=True)
        data.mkdir(parents=True)
        for _ in make_days(dataset, days, base):
            pass
        landed = land_days(dataset, range(days), settings)
        publish(settings, folder / "dashboards" / "run.log")
        noted.write_text(f"{told}\n{landed}\n")
        settings.build_database.unlink()  # a dashboard reads what is published, and nothing else
    return settings, int(noted.read_text().splitlines()[1])


def publish(settings: Settings, log: Path) -> None:
    """Run all steps but the audits."""

    def left_out(_context: RunContext) -> StepResult:
        return StepResult(detail="left out")

    def built(context: RunContext) -> StepResult:
        return dbt_build(context, "build", ["--exclude", AFTER_TRAINING, *WITHOUT_TESTS])

    def built_after_training(context: RunContext) -> StepResult:
        return dbt_build(context, "after_training", ["--select", AFTER_TRAINING, *WITHOUT_TESTS])

    actions: dict[str, Callable[[RunContext], StepResult]] = {
        "dbt_build": built,
        "dbt_after_training": built_after_training,
    }
    actions |= {step.name: left_out for step in STEPS if step.name.startswith("gate")}
    steps = tuple(replace(step, action=actions.get(step.name, step.action)) for step in STEPS)
    with log.open("w", encoding="utf-8") as shown:
        record = run_pipeline(
            settings, sources=SOURCES, console=Console(file=shown, width=120), tools=TOOLS, steps=steps
        )
    if record.status != "succeeded":
        raise BenchError(f"the run failed at {record.failed_step}: {record.message}", remedy=f"See {log}")
