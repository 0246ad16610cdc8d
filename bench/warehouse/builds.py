"""Building the warehouse under a watch: in full from nothing, and as a run does it."""

from __future__ import annotations

import json
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

from rich.console import Console

from bench.warehouse.timings import Timings, ancestors, read_timings
from bench.warehouse.watch import Watch
from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.context import RunContext, StepResult, Tools
from shelfwise.pipeline.dbt import run_dbt
from shelfwise.pipeline.history import run_folder
from shelfwise.pipeline.run import run_pipeline
from shelfwise.pipeline.steps import AFTER_TRAINING
from shelfwise.pipeline.steps import STEPS as RUN_STEPS
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build, quote_name

SOURCES = ("web", "shop")
Say = Callable[[str], None]
TOOLS = Tools(landers={source: lambda *_: None for source in SOURCES})  # the files are linked into landing before


class BenchError(ShelfwiseError):
    """Something to be measured failed, so there is nothing to report."""


@dataclass(frozen=True)
class FullBuild:
    """`dbt run --full-refresh` of everything before training, into a database that was not there."""

    seconds: float
    seed_seconds: float
    peak_gb: float
    peak_spill_gb: float
    database_gb: float
    timings: Timings

    def as_json(self) -> dict[str, Any]:
        """Return it for warehouse.json."""
        return {
            "wall_s": round(self.seconds, 2),
            "seed_s": round(self.seed_seconds, 2),
            "peak_gb": round(self.peak_gb, 2),
            "peak_spill_gb": round(self.peak_spill_gb, 2),
            "database_gb": round(self.database_gb, 2),
            **self.timings.as_json(),
        }


@dataclass(frozen=True)
class Run:
    """A run without training: its wall time, the seconds of its steps, and where those of dbt went."""

    seconds: float
    steps: dict[str, float]
    peak_gb: float
    peak_spill_gb: float
    timings: Timings
    rewritten_facts: dict[str, int]

    @property
    def parts(self) -> dict[str, float]:
        """Seconds of facts, marts and tests (sums over their nodes), of the gate's doors, and of publishing."""
        parts = {group: self.timings.summed(group) for group in ("facts", "marts", "tests")}
        parts["gate"] = sum(seconds for name, seconds in self.steps.items() if name.startswith("gate"))
        parts["publish"] = self.steps["publish"]
        return parts

    def as_json(self) -> dict[str, Any]:
        """Return it for warehouse.json."""
        return {
            "wall_s": round(self.seconds, 2),
            **{f"{name}_s": round(seconds, 3) for name, seconds in self.parts.items()},
            "steps_s": self.steps,
            "peak_gb": round(self.peak_gb, 2),
            "peak_spill_gb": round(self.peak_spill_gb, 2),
            "rewritten_facts": self.rewritten_facts,
            "dbt": self.timings.as_json(),
        }


def full_build(settings: Settings, logs: Path, say: Say) -> FullBuild:
    """Build everything before training from nothing. Seeds come first, and are not part of its time."""
    for path in (settings.build_database, settings.build_database.with_suffix(".duckdb.wal")):
        path.unlink(missing_ok=True)
    settings.build_database.parent.mkdir(parents=True, exist_ok=True)
    with Watch(settings.spill_path) as seed:
        build(settings, ["seed"], logs / "seed", say)
    with Watch(settings.spill_path) as watch:
        build(settings, ["run", "--full-refresh", "--exclude", AFTER_TRAINING], logs / "full-build", say)
    target = settings.project_dir / "target"
    return FullBuild(
        seconds=watch.seconds,
        seed_seconds=seed.seconds,
        peak_gb=watch.peak_gb,
        peak_spill_gb=watch.peak_spill_gb,
        database_gb=settings.build_database.stat().st_size / 1e9,
        timings=read_timings(target / "run_results.json", target / "manifest.json"),
    )


def build(settings: Settings, arguments: Sequence[str], log: Path, say: Say) -> None:
    """Run dbt in the checkout. Raises BenchError with what it complained of."""
    events, finished = run_dbt(settings, arguments, logs=log, target=settings.project_dir / "target", say=say)
    if finished.exit_code != 0:
        complaint = "\n".join(events.errors or finished.last_lines(12))
        raise BenchError(f"dbt {arguments[0]} failed:\n{complaint}", remedy=f"Its log is in {log}")


def one_run(settings: Settings, log: Path) -> Run:
    """Do what `shelfwise run` does, training apart. Raises BenchError when it does not succeed."""
    started = time.time()
    log.parent.mkdir(parents=True, exist_ok=True)
    with log.open("w", encoding="utf-8") as shown, Watch(settings.spill_path) as watch:
        console = Console(file=shown, width=120)
        record = run_pipeline(settings, sources=SOURCES, console=console, tools=TOOLS, steps=STEPS)
    if record.status != "succeeded":
        raise BenchError(f"a run failed at {record.failed_step}: {record.message}", remedy=f"See {log}")
    dbt = run_folder(settings, record.run_id) / "dbt"
    return Run(
        seconds=watch.seconds,
        steps={step.name: step.seconds or 0.0 for step in record.steps},
        peak_gb=watch.peak_gb,
        peak_spill_gb=watch.peak_spill_gb,
        timings=read_timings(dbt / "build" / "run_results.json", dbt / "manifest.json"),
        rewritten_facts=rewritten_facts(settings, dbt / "manifest.json", started),
    )


def leave_training_out(_context: RunContext) -> StepResult:
    """Train nothing, as a run does that finds too little data: what it costs is not the warehouse's."""
    return StepResult(detail="left out", data={"model_version": None})


STEPS = tuple(
    replace(step, action=leave_training_out) if step.name in ("train", "forecast") else step for step in RUN_STEPS
)


def rewritten_facts(settings: Settings, manifest: Path, since: float) -> dict[str, int]:
    """Return how many rows of the tables of facts were written since a moment (seconds since 1970); 0 is left out.

    These are the tables `fct_*`, and `int_*__classified`, which some of the `fct_*` are views of. A table made anew
    counts whole; of an incremental one those rows whose `processed_at` is that late. One that keeps no such time
    (fct_orders) is left out: what it writes follows from the rows of others.
    """
    graph = json.loads(manifest.read_bytes())
    models = [graph["nodes"][key] for key in sorted(ancestors(graph, "fct_"))]
    moment = {"micros": int(since) * 1_000_000}  # dbt's clock is cut to the second
    found = {}
    with connect_build(settings) as connection:
        for model in models:
            kind, name = model["config"]["materialized"], model["name"]
            if kind not in ("table", "incremental") or not (name.startswith("fct_") or name.endswith("__classified")):
                continue
            table = f"{quote_name(model['schema'])}.{quote_name(model['alias'])}"
            columns = [column[0] for column in connection.execute(f"select * from {table} limit 0").description or []]
            if kind == "incremental" and "processed_at" not in columns:
                continue
            condition = "processed_at >= make_timestamp($micros)" if kind == "incremental" else "$micros > 0"
            rows = connection.execute(f"select count(*) from {table} where {condition}", moment).fetchall()[0][0]
            if rows:
                found[name] = rows
    return found
