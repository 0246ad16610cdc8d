"""Training in a process of its own: its memory goes back to the machine, and a crash stays outside."""

from __future__ import annotations

import json
from collections.abc import Sequence
from typing import Any

from rich.markup import escape

from shelfwise.pipeline.context import RunContext, StepFailedError, StepResult
from shelfwise.pipeline.failures import attempts_worth_of_child, how_it_ended
from shelfwise.pipeline.process import run_process
from shelfwise.warehouse.connections import connect_memory, quote_text

SHOWN_LINES = 12


def train(context: RunContext) -> StepResult:
    """Train the recommender on the marts; ``data`` holds its version (None: no model was taken) and scores.

    Raises StepFailedError when training broke or did not say what it made.
    """
    log = context.folder / "logs" / "train.log"

    def on_line(line: str) -> None:
        if not line.startswith("{"):  # the result, which is read below
            context.reporter.progress(line)

    finished = run_process(
        [*context.tools.train, "--run-dir", str(context.folder)],
        folder=context.settings.project_dir,
        environment=context.settings.environment(),
        log=log,
        on_line=on_line,
        held=[context.lock],
    )
    if finished.exit_code != 0:
        raise StepFailedError(
            f"training failed ({how_it_ended(finished)})",
            lines=finished.last_lines(SHOWN_LINES),
            report=log,
            attempts=attempts_worth_of_child(finished),
        )
    made = last_json(finished.stdout)
    if made is None or "model_version" not in made:
        raise StepFailedError(
            "training did not say which model it made", lines=finished.last_lines(SHOWN_LINES), report=log
        )
    if made["model_version"] is None:
        context.reporter.line(escape(made.get("reason", "")), style="yellow")
        return StepResult(row_count=0, detail="no new model", data=made)
    return StepResult(row_count=scored_rows(context), detail=f"model {made['model_version']}", data=made)


def last_json(lines: Sequence[str]) -> dict[str, Any] | None:
    """Return the JSON object on the last line, or None when there is none."""
    try:
        value = json.loads(lines[-1]) if lines else None
    except json.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def scored_rows(context: RunContext) -> int:
    """Return how many customer and product pairs training kept."""
    path = context.settings.model_output_path / "customer_scores.parquet"
    with connect_memory(context.settings) as connection:
        row = connection.execute(f"select count(*) from read_parquet({quote_text(str(path))})").fetchone()
    return int(row[0]) if row else 0
