"""Training and forecasting, each in a process of its own: memory goes back to the machine, a crash stays outside."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Sequence
from typing import Any

from rich.markup import escape

from shelfwise.pipeline.context import RunContext, StepFailedError, StepResult
from shelfwise.pipeline.failures import attempts_worth_of_child, how_it_ended
from shelfwise.pipeline.process import run_process
from shelfwise.warehouse.connections import connect_memory, quote_text

SHOWN_LINES = 12
# What forecasts are made with, in the words of the summary.
SERVED = {"model": "by ours", "baseline": "by a baseline", "not_enough_history": "without enough history"}


def train(context: RunContext) -> StepResult:
    """Train the recommender on the marts; ``data`` holds its version (None: no model was taken) and scores.

    Raises StepFailedError when training broke or did not say what it made.
    """
    made = made_by(context, context.tools.train, log_name="train", what="training", key="model_version")
    if made["model_version"] is None:
        context.reporter.line(escape(made.get("reason", "")), style="yellow")
        return StepResult(row_count=0, detail="no new model", data=made)
    return StepResult(
        row_count=written_rows(context, "customer_scores"), detail=f"model {made['model_version']}", data=made
    )


def forecast(context: RunContext) -> StepResult:
    """Foretell demand and customers from the marts; ``data`` holds the version and what is served of what.

    Raises StepFailedError when forecasting broke or did not say what it made.
    """
    made = made_by(context, context.tools.forecast, log_name="forecast", what="forecasting", key="forecast_version")
    statuses = Counter(state["status"] for state in made["states"])
    told = [f"{statuses[name]} {words}" for name, words in SERVED.items() if statuses[name]]
    rows = sum(written_rows(context, name) for name in ("series_forecasts", "customer_forecasts"))
    return StepResult(row_count=rows, detail=", ".join(told) or "nothing to foretell", data=made)


def made_by(context: RunContext, command: Sequence[str], *, log_name: str, what: str, key: str) -> dict[str, Any]:
    """Run a program on the build database; return the JSON object that ends what it says.

    Raises StepFailedError when it broke, or did not say ``key``.
    """
    log = context.folder / "logs" / f"{log_name}.log"

    def on_line(line: str) -> None:
        if not line.startswith("{"):  # the result, which is read below
            context.reporter.progress(line)

    finished = run_process(
        [*command, "--run-dir", str(context.folder)],
        folder=context.settings.project_dir,
        environment=context.settings.environment(),
        log=log,
        on_line=on_line,
        held=[context.lock],
    )
    if finished.exit_code != 0:
        raise StepFailedError(
            f"{what} failed ({how_it_ended(finished)})",
            lines=finished.last_lines(SHOWN_LINES),
            report=log,
            attempts=attempts_worth_of_child(finished),
        )
    made = last_json(finished.stdout)
    if made is None or key not in made:
        raise StepFailedError(
            f"{what} did not say which model it made", lines=finished.last_lines(SHOWN_LINES), report=log
        )
    return made


def last_json(lines: Sequence[str]) -> dict[str, Any] | None:
    """Return the JSON object on the last line, or None when there is none."""
    try:
        value = json.loads(lines[-1]) if lines else None
    except json.JSONDecodeError:
        return None
    return value if isinstance(value, dict) else None


def written_rows(context: RunContext, table: str) -> int:
    """Return how many rows of a table of the model's output were written."""
    path = context.settings.model_output_path / f"{table}.parquet"
    with connect_memory(context.settings) as connection:
        row = connection.execute(f"select count(*) from read_parquet({quote_text(str(path))})").fetchone()
    return int(row[0]) if row else 0
