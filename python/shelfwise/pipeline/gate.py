"""The gate: an audit in a process of its own, whose verdict decides whether the run goes on."""

from __future__ import annotations

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from shelfwise.pipeline.context import RunContext, StepFailedError, StepResult
from shelfwise.pipeline.process import Stream, run_process

DOORS = ("landing", "marts", "recommendations")
GATE_FAILED = 3
SHOWN_FAILURES = 5


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
    """Audit at ``door``.

    Raises StepFailedError when an error-level expectation failed or the gate itself broke; warnings do not stop a run.
    """
    last_lines: list[str] = []

    def on_line(stream: Stream, line: str) -> None:
        if line.strip():
            last_lines.append(line)
            context.reporter.progress(line.strip())

    log = context.folder / "logs" / f"gate_{door}.log"
    code = run_process(
        [*context.tools.gate, door, "--run-dir", str(context.folder)],
        folder=context.settings.project_dir,
        environment=context.settings.environment(),
        log=log,
        on_line=on_line,
        held=[context.lock],
    )
    if code not in (0, GATE_FAILED):
        raise StepFailedError(
            f"the gate at {door} broke (exit code {code})", lines=tuple(last_lines[-SHOWN_FAILURES:]), report=log
        )
    verdict = read_verdict(context.folder / "gate" / f"{door}.jsonl")
    if code == GATE_FAILED:
        raise StepFailedError(
            f"the gate at {door} stopped the run: {verdict.detail()}",
            remedy="Mend the data or the model and run again",
            lines=tuple(describe(result) for result in verdict.errors[:SHOWN_FAILURES]),
            report=context.folder / "gate" / "index.html",
            resumable=False,
        )
    return StepResult(detail=verdict.detail(), data={"passed": verdict.passed, "warnings": len(verdict.warnings)})


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


def counted(number: int, word: str) -> str:
    """Return e.g. ``1 row``, ``2,000 rows``."""
    return f"{number:,} {word}{'' if number == 1 else 's'}"
