"""The gate: an audit in a process of its own, whose verdict decides whether the run goes on."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shelfwise.pipeline.context import RunContext, StepFailedError, StepResult, Tools
from shelfwise.pipeline.failures import attempts_worth_of_child, how_it_ended
from shelfwise.pipeline.process import run_process
from shelfwise.pipeline.progress import Reporter
from shelfwise.settings import Settings
from shelfwise.wording import counted

DOORS = ("landing", "marts", "recommendations")
GATE_FAILED = 3
SHOWN_FAILURES = 5
SHOWN_LINES = 12


@dataclass(frozen=True)
class Verdict:
    """The results of a door."""

    passed: int
    warnings: tuple[dict[str, Any], ...]
    errors: tuple[dict[str, Any], ...]

    def detail(self) -> str:
        """Return e.g. ``34 passed, 1 warning``."""
        parts = [f"{self.passed} passed"]
        if self.warnings:
            parts.append(counted(len(self.warnings), "warning"))
        if self.errors:
            parts.append(counted(len(self.errors), "error"))
        return ", ".join(parts)


def run_gate(context: RunContext, door: str) -> StepResult:
    """Audit at ``door`` as a step of a run.

    Raises StepFailedError when an error-level expectation failed or the gate itself broke; warnings do not stop a run.
    """
    verdict = audit(context.settings, door, context.folder, context.tools, context.reporter, held=[context.lock])
    if verdict.errors:
        raise StepFailedError(
            f"the gate at {door} stopped the run: {verdict.detail()}",
            remedy="Mend the data or the model and run again",
            lines=tuple(describe(result) for result in verdict.errors[:SHOWN_FAILURES]),
            report=context.folder / "gate" / "index.html",
            resumable=False,
        )
    return StepResult(detail=verdict.detail(), data={"passed": verdict.passed, "warnings": len(verdict.warnings)})


def audit(
    settings: Settings,
    door: str,
    folder: Path,
    tools: Tools,
    reporter: Reporter,
    *,
    held: Sequence[int],
    all_rows: bool = False,
) -> Verdict:
    """Audit at ``door`` in a process of its own, ``all_rows`` or the new ones; its results go to ``folder``.

    Raises StepFailedError when the gate broke, so that there is no verdict.
    """
    log = folder / "logs" / f"gate_{door}.log"
    finished = run_process(
        [*tools.gate, door, "--run-dir", str(folder), *(["--all-rows"] if all_rows else [])],
        folder=settings.project_dir,
        environment=settings.environment(),
        log=log,
        on_line=reporter.progress,
        held=held,
    )
    # what a gate that was killed has left may end in half a line
    over = finished.exit_code in (0, GATE_FAILED)
    verdict = read_verdict(folder / "gate" / f"{door}.jsonl") if over else Verdict(0, (), ())
    if finished.exit_code == 0 and not (verdict.passed or verdict.warnings or verdict.errors):
        raise StepFailedError(f"the gate at {door} broke: it passed without a result", report=log)
    if not over or finished.exit_code != (GATE_FAILED if verdict.errors else 0):
        raise StepFailedError(
            f"the gate at {door} broke ({how_it_ended(finished)})",
            lines=finished.last_lines(SHOWN_LINES),
            report=log,
            attempts=attempts_worth_of_child(finished),
        )
    return verdict


def read_verdict(path: Path) -> Verdict:
    """Read the results that a door's audit left; none where it left none."""
    if not path.is_file():
        return Verdict(0, (), ())
    results = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines() if line.strip()]
    failed = [result for result in results if not result["success"]]
    return Verdict(
        passed=len(results) - len(failed),
        warnings=tuple(result for result in failed if result["severity"] != "error"),
        errors=tuple(result for result in failed if result["severity"] == "error"),
    )


def describe(result: dict[str, Any]) -> str:
    """Return a failed expectation as a line: where, what, how many rows, whose."""
    column = f".{result['column_name']}" if result.get("column_name") else ""
    count = result.get("unexpected_count")
    rows = f" ({counted(count, 'row')})" if count else ""
    what = result.get("description") or result["expectation"]
    owner = f"; owner: {result['owner']}" if result.get("owner") else ""
    return f"{result['table_name']}{column}: {what}{rows}{owner}"
