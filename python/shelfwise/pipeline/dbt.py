"""dbt as a subprocess in the checkout: in-process it would keep the build database's lock.

Its events are read as JSON lines, so that progress and errors do not depend on how a line of text looks.
"""

from __future__ import annotations

import json
import shutil
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shelfwise.pipeline.build_state import forget_build, remember_build
from shelfwise.pipeline.context import DBT, RunContext, StepFailedError, StepResult
from shelfwise.pipeline.failures import LOCK_WORDS, attempts_worth_of_child, how_it_ended
from shelfwise.pipeline.process import Finished, run_process
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build
from shelfwise.wording import counted

SHOWN_LINES = 12
RUN_RESULTS = "run_results.json"
ARTIFACTS = (RUN_RESULTS, "manifest.json")
KINDS = {"model": "model", "seed": "seed", "test": "test", "unit_test": "test"}


@dataclass
class DbtEvents:
    """What dbt said: finished nodes by type, warnings, and the messages of what failed."""

    finished: Counter[str] = field(default_factory=Counter)
    warnings: int = 0
    failed: int = 0
    errors: list[str] = field(default_factory=list)
    unparsed: list[str] = field(default_factory=list)

    def read(self, line: str) -> str | None:
        """Take a line in; return what to show as progress, if anything."""
        event = parse_event(line)
        if event is None:
            if line.strip():
                self.unparsed.append(line)
            return None
        info, data = event["info"], event["data"]
        node = data.get("node_info", {})
        if info["name"].endswith("Result"):
            if node.get("resource_type") in KINDS:
                self.finished[KINDS[node["resource_type"]]] += 1
            self.warnings += node.get("node_status") == "warn"
            self.failed += info["level"] == "error"
        elif info["level"] == "error" and info["msg"].strip():  # told once more, and in full, after the last node
            self.errors.append(info["msg"].strip())
        if info["name"] == "LogStartLine":
            return f"{data['index']}/{data['total']} {node['resource_type'].replace('_', ' ')} {node['node_name']}"
        return None

    def detail(self) -> str:
        """Return e.g. ``42 models, 3 seeds, 180 tests, 1 warned``."""
        parts = [counted(self.finished[kind], kind) for kind in ("model", "seed", "test") if self.finished[kind]]
        if self.warnings:
            parts.append(f"{self.warnings} warned")
        return ", ".join(parts) or "nothing to build"


def parse_event(line: str) -> dict[str, Any] | None:
    """Return a structured event, or None for a line that is none (a crash's traceback)."""
    try:
        event = json.loads(line)
    except json.JSONDecodeError:
        return None
    return event if isinstance(event, dict) and {"info", "data"} <= event.keys() else None


def dbt_build(context: RunContext, name: str, selection: Sequence[str]) -> StepResult:
    """Run ``dbt build`` over ``selection``; its log and artifacts go to ``dbt/<name>/`` of the run's folder.

    Artifacts are written to the checkout's ``target/``, as by hand, and copied. Raises StepFailedError with dbt's own
    error messages.
    """
    settings, folder = context.settings, context.folder / "dbt" / name
    target = settings.project_dir / "target"
    earlier = states(target)
    forget_build(context)
    try:
        events, finished = run_dbt(
            settings,
            ["build", *selection],
            logs=folder,
            target=target,
            say=context.reporter.progress,
            command=context.tools.dbt,
            held=[context.lock],
        )
    finally:
        remember_build(context)
    keep_artifacts(target, context.folder / "dbt", folder, earlier)
    if finished.exit_code != 0:
        raise failure(events, finished, folder / "dbt.log")
    return StepResult(row_count=rows_built(context, folder / RUN_RESULTS), detail=events.detail())


def run_dbt(
    settings: Settings,
    arguments: Sequence[str],
    *,
    logs: Path,
    target: Path,
    say: Callable[[str], None],
    command: Sequence[str] = DBT,
    held: Sequence[int] = (),
) -> tuple[DbtEvents, Finished]:
    """Run dbt in the checkout; return what it said and how it ended.

    Its log and events go to ``logs``, its artifacts to ``target``; ``say`` is told of each node as it starts. The
    process inherits the ``held`` descriptors.
    """
    events = DbtEvents()

    def on_line(line: str) -> None:
        if shown := events.read(line):
            say(shown)

    options = ["--no-use-colors", "--log-format", "json", "--log-format-file", "text", "--log-path", str(logs)]
    finished = run_process(
        [*command, *options, *arguments, "--target-path", str(target)],
        folder=settings.project_dir,
        environment=settings.environment(),
        log=logs / "events.jsonl",
        on_line=on_line,
        held=held,
    )
    return events, finished


def states(target: Path) -> dict[str, tuple[int, int]]:
    """Return when each artifact that is there was written, by its disk, and which file it is."""
    found = {name: target / name for name in ARTIFACTS if (target / name).is_file()}
    return {name: (path.stat().st_mtime_ns, path.stat().st_ino) for name, path in found.items()}


def keep_artifacts(target: Path, run_dbt: Path, folder: Path, earlier: dict[str, tuple[int, int]]) -> None:
    """Copy the invocation's results to ``folder``, and the manifest, which publish reads, to the run's ``dbt/``.

    What is as it was ``earlier`` is another invocation's: dbt failed before it wrote its own. Compared with itself, for
    the clock may be set back meanwhile.
    """
    for name, state in states(target).items():
        if state != earlier.get(name):
            shutil.copy2(target / name, (folder if name == RUN_RESULTS else run_dbt) / name)


def failure(events: DbtEvents, finished: Finished, log: Path) -> StepFailedError:
    """Return the error that shows what dbt complained of."""
    ended = how_it_ended(finished)
    messages = events.errors or events.unparsed[-SHOWN_LINES:] or [f"dbt ended: {ended}"]
    attempts = attempts_worth_of_child(finished, messages)
    lines = tuple(line for message in messages for line in message.splitlines() if line.strip())[:SHOWN_LINES]
    if any(words in said for words in LOCK_WORDS for said in (*messages, *finished.stderr)):
        return StepFailedError(
            "dbt could not open the build database: another process uses it",
            remedy="End the other dbt or DuckDB process and run again",
            lines=lines,
            report=log,
            attempts=attempts,
        )
    if any("max_temp_directory_size" in message for message in messages):
        return StepFailedError(
            "dbt failed: DuckDB's temporary files reached their limit",
            remedy="Free disk space, or give the run more: SHELFWISE_TEMP_LIMIT, SHELFWISE_TEMP_DIR on a larger disk, "
            "or SHELFWISE_MEMORY_LIMIT so that it spills less",
            lines=lines,
            report=log,
        )
    what = counted(events.failed, "node") if events.failed else ended
    return StepFailedError(f"dbt failed: {what}", lines=lines, report=log, attempts=attempts)


def rows_built(context: RunContext, run_results: Path) -> int:
    """Return the rows of the tables that this invocation built."""
    built = {
        result["relation_name"].replace('"', "").split(".", 1)[1]
        for result in json.loads(run_results.read_bytes())["results"]
        if result["unique_id"].startswith(("model.", "seed.")) and result.get("relation_name")
    }
    with connect_build(context.settings) as connection:
        sizes = connection.execute(
            "select schema_name || '.' || table_name, estimated_size from duckdb_tables()"
        ).fetchall()
    return sum(int(size) for name, size in sizes if name in built)
