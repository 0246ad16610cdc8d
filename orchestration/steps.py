"""A step of `shelfwise run`, done when Dagster asks for it.

All of a run's steps are one record in data/runs/, so history, operations.duckdb, `--resume` and the lock are those of
`shelfwise run`: the first step begins a run, every other goes on with the last one, and a step that has failed can be
gone on with from either side.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dagster import AssetCheckResult, AssetCheckSeverity, AssetKey, Failure, MaterializeResult
from rich.console import Console

from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.gate import describe
from shelfwise.pipeline.history import RunRecord, StepRecord, run_folder
from shelfwise.pipeline.run import run_pipeline
from shelfwise.settings import Settings

GATE = "gate"


@dataclass(frozen=True)
class Done:
    """A step that Dagster asked for, whatever came of it."""

    settings: Settings
    record: RunRecord
    step: StepRecord

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return run_folder(self.settings, self.record.run_id)

    @property
    def metadata(self) -> dict[str, Any]:
        """What the run's record says of the step."""
        said = {
            "run": self.record.run_id,
            "seconds": self.step.seconds,
            "rows": self.step.row_count,
            "attempts": self.step.attempts,
            "detail": self.step.detail,
        }
        return {name: value for name, value in said.items() if value not in (None, "")}


def do_step(settings: Settings, name: str) -> Done:
    """Do a step. Raises Failure when it could not be begun."""
    try:
        record = run_pipeline(settings, only=name, console=Console(width=100))
    except ShelfwiseError as error:
        raise Failure(str(error)) from error
    return Done(settings, record, record.step(name))


def succeeded(settings: Settings, name: str) -> Done:
    """Do a step. Raises Failure with what went wrong where it did not succeed."""
    done = do_step(settings, name)
    if done.step.status != "succeeded":
        raise Failure(done.record.message, metadata=done.metadata)
    return done


def materialised(done: Done, keys: Sequence[AssetKey]) -> Iterator[MaterializeResult[Any]]:
    """Yield all assets of a step that makes them together."""
    for key in keys:
        yield MaterializeResult(asset_key=key, metadata=done.metadata)


def models_built(done: Done, folder: str, key_of: Callable[[str], AssetKey]) -> Iterator[MaterializeResult[Any]]:
    """Yield what a dbt of the step built, with the seconds of each."""
    results = json.loads((done.folder / "dbt" / folder / "run_results.json").read_bytes())["results"]
    for result in results:
        if result["unique_id"].startswith(("model.", "seed.")):
            metadata = {"run": done.record.run_id, "seconds": round(result["execution_time"], 3)}
            yield MaterializeResult(asset_key=key_of(result["unique_id"]), metadata=metadata)


def judged(settings: Settings, door: str, assets: Mapping[str, AssetKey]) -> Iterator[AssetCheckResult]:
    """Have a door of the gate judge, and yield its verdict on each asset, whose tables' names are given.

    A verdict on a table that has no asset here counts for the last one. Raises Failure where the gate broke: then there
    is none.
    """
    done = do_step(settings, f"gate_{door}")
    path = done.folder / "gate" / f"{door}.jsonl"
    lines = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()] if path.is_file() else []
    stopped = any(not line["success"] and line["severity"] == "error" for line in lines)
    if (done.step.status == "succeeded") == stopped:
        raise Failure(done.record.message or "the gate left no verdict", metadata=done.metadata)
    last = list(assets)[-1]
    for table, key in assets.items():
        of_table = [line for line in lines if line["table_name"] == table]
        if table == last:
            of_table += [line for line in lines if line["table_name"] not in assets]
        yield verdict(done, key, of_table)


def verdict(done: Done, key: AssetKey, lines: Sequence[Mapping[str, Any]]) -> AssetCheckResult:
    """Return what the gate's lines say of an asset: errors block what follows, warnings are shown."""
    failed = [dict(line) for line in lines if not line["success"]]
    errors = [line for line in failed if line["severity"] == "error"]
    return AssetCheckResult(
        asset_key=key,
        check_name=GATE,
        passed=not failed,
        severity=AssetCheckSeverity.ERROR if errors else AssetCheckSeverity.WARN,
        description="; ".join(describe(line) for line in (errors or failed)[:5]) or None,
        metadata={
            "run": done.record.run_id,
            "expectations": len(lines),
            "errors": len(errors),
            "warnings": len(failed) - len(errors),
            "report": str(done.folder / "gate" / "index.html"),
        },
    )
