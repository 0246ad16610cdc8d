"""``python -m bench.nights``: land a day and run, night after night, and write build/bench/nights.json.

The nights are whole runs but for what takes most of the time and leaves little: the tests of dbt, seeds, the gate,
training and the models over its output, which are done every so many nights (``--whole-every``). Every night builds,
publishes, records and cleans up as any other.
"""

from __future__ import annotations

import argparse
import json
import shutil
import sys
import time
from dataclasses import replace
from datetime import date
from pathlib import Path

from rich.console import Console

from bench.nights.shop import landing_days, link_night, open_shop
from bench.nights.sizes import Sizes, measure, summary
from shelfwise.pipeline.context import RunContext, StepResult, Tools
from shelfwise.pipeline.dbt import dbt_build
from shelfwise.pipeline.history import RunRecord
from shelfwise.pipeline.run import run_pipeline
from shelfwise.pipeline.steps import AFTER_TRAINING, STEPS, Step
from shelfwise.settings import Settings, get_settings

TOOLS = Tools(landers={"sample_shop": lambda *_: None})  # the night's files are linked into landing before
MODELS_ALONE = ("--exclude-resource-type", "test", "unit_test", "seed")


def main(arguments: list[str]) -> int:
    """Run the nights and report them."""
    parser = argparse.ArgumentParser(prog="python -m bench.nights", description=__doc__)
    parser.add_argument("--nights", type=int, default=60)
    parser.add_argument("--history", type=int, default=20, help="days landed before the first night")
    parser.add_argument("--customers", type=int, default=200)
    parser.add_argument("--whole-every", type=int, default=20, help="nights between whole runs")
    options = parser.parse_args(arguments)
    project = get_settings().project_dir
    folder = project / "build" / "bench" / "nights"
    shutil.rmtree(folder, ignore_errors=True)
    settings = Settings(project_dir=project, data_dir=folder / "data", sources=("sample_shop",), memory_limit="1GB")
    landed = open_shop(settings, folder / "landed", options.history + options.nights, options.customers)
    nights = run_nights(settings, landed, landing_days(landed), options, Console())
    target = folder.with_suffix(".json")
    target.write_text(json.dumps(summary(nights), indent=2) + "\n", encoding="utf-8")
    Console().print_json(data=summary(nights) | {"nights": len(nights)})
    shutil.rmtree(folder)
    return 0


def run_nights(
    settings: Settings, landed: Path, days: list[date], options: argparse.Namespace, console: Console
) -> list[Sizes]:
    """Land the history and run, then a day a night; return what each left."""
    for day in days[: options.history]:
        link_night(settings, landed, day)
    one_night(settings, STEPS, folder_of_logs(settings))
    nights = []
    for number, day in enumerate(days[options.history :], 1):
        started = time.monotonic()
        link_night(settings, landed, day)
        is_whole = number % options.whole_every == 0
        one_night(settings, STEPS if is_whole else SHORT_STEPS, folder_of_logs(settings))
        nights.append(measure(settings, number, is_whole=is_whole, seconds=time.monotonic() - started))
        console.print(f"night {number}: {nights[-1].line()}", highlight=False)
    return nights


def folder_of_logs(settings: Settings) -> Path:
    """Return where the screens of the runs go."""
    return settings.data_path.parent / "screens.txt"


def one_night(settings: Settings, steps: tuple[Step, ...], log: Path) -> RunRecord:
    """Run once. Raises SystemExit when the run does not succeed."""
    with log.open("a", encoding="utf-8") as screen:
        record = run_pipeline(settings, console=Console(file=screen, width=120), tools=TOOLS, steps=steps)
    if record.status != "succeeded":
        sys.exit(f"a run failed at {record.failed_step}: {record.message}; see {log}")
    return record


def build_without_tests(context: RunContext) -> StepResult:
    """Build what training does not feed, untested."""
    return dbt_build(context, "build", ["--exclude", AFTER_TRAINING, *MODELS_ALONE])


def nothing(_context: RunContext) -> StepResult:
    """Leave a step out."""
    return StepResult(detail="left out", data={"model_version": None})


INSTEAD = {
    "gate_landing": nothing,
    "dbt_build": build_without_tests,
    "gate_marts": nothing,
    "train": nothing,
    "forecast": nothing,
    "dbt_after_training": nothing,
    "gate_recommendations": nothing,
}
SHORT_STEPS = tuple(replace(step, action=INSTEAD.get(step.name, step.action)) for step in STEPS)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
