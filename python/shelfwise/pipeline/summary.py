"""What a run comes to: kept in ``summary.json``, and said at its end in 80 columns."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.padding import Padding
from rich.table import Table
from rich.text import Text

from shelfwise.files import write_text_atomically
from shelfwise.pipeline.context import RunContext, StepFailedError
from shelfwise.pipeline.gate import DOORS, read_verdict
from shelfwise.pipeline.steps import Step
from shelfwise.warehouse.published import NothingPublishedError, current_folder

MODEL_NAMES = {"personal_top_frequency": "P-TopFreq", "popularity": "popularity"}


@dataclass(frozen=True)
class Summary:
    """The figures of a run; empty where the run did not get so far."""

    run_id: str
    status: str
    seconds: float | None
    sources: tuple[str, ...]
    gate: dict[str, dict[str, int]]
    row_accounting: list[dict[str, Any]]
    model_version: str | None
    scores: list[dict[str, Any]]
    published: bool


def summarise(context: RunContext) -> Summary:
    """Gather a run's figures from its folder and its finished steps."""
    record = context.record
    return Summary(
        run_id=record.run_id,
        status=record.status,
        seconds=record.seconds,
        sources=record.sources,
        gate=gate_counts(context),
        row_accounting=record.step("dbt_build").data.get("row_accounting", []),
        model_version=record.step("train").data.get("model_version"),
        scores=record.step("dbt_after_training").data.get("scores", []),
        published=record.published,
    )


def gate_counts(context: RunContext) -> dict[str, dict[str, int]]:
    """Return {door: {passed, warnings, errors}} of the doors that were audited."""
    counts = {}
    for door in DOORS:
        path = context.folder / "gate" / f"{door}.jsonl"
        if path.is_file():
            verdict = read_verdict(path)
            counts[door] = {
                "passed": verdict.passed,
                "warnings": len(verdict.warnings),
                "errors": len(verdict.errors),
            }
    return counts


def write_summary(context: RunContext) -> Summary:
    """Write summary.json into the run's folder."""
    summary = summarise(context)
    write_text_atomically(context.folder / "summary.json", json.dumps(asdict(summary), indent=2) + "\n")
    return summary


def print_failure(context: RunContext, failure: StepFailedError) -> None:
    """Say what went wrong, where to read more, and what to do."""
    say = context.reporter.line
    say()
    say(f"[red]{escape(failure.message)}[/red]")
    for line in failure.lines:
        context.reporter.console.print(Padding(Text(line), (0, 0, 0, 2)), highlight=False)
    if failure.report:
        say(f"More: {escape(str(failure.report))}")
    if failure.remedy:
        say(escape(failure.remedy))
    if failure.resumable:
        say("`shelfwise run --resume` goes on at this step.")


def print_stopped(context: RunContext) -> None:
    """Say how a run that was stopped can go on, and what is served until then."""
    run_id = context.record.run_id
    context.reporter.line()
    context.reporter.line(f"Run {run_id} was stopped; `shelfwise run --resume` goes on with it.", style="yellow")
    context.reporter.line(serving_line(context))


def print_summary(context: RunContext, summary: Summary, steps: Sequence[Step]) -> None:
    """Print the summary and what to type next."""
    console = context.reporter.console
    console.print()
    console.print(stages_table(context, steps))
    if summary.gate:
        console.print(gate_line(summary), highlight=False)
    if summary.row_accounting:
        console.print(accounting_table(summary.row_accounting))
    print_scores(console, summary)
    print_outcome(context, summary)


def stages_table(context: RunContext, steps: Sequence[Step]) -> Table:
    """Return the run's steps with their rows and seconds."""
    table = plain_table("stage", "rows", "seconds", "")
    for step in steps:
        state = context.record.step(step.name)
        if state.status == "pending":
            continue
        rows = "" if state.row_count is None else f"{state.row_count:,}"
        seconds = "" if state.seconds is None else f"{state.seconds:.1f}"
        note = state.detail if state.status == "succeeded" else state.status
        if state.attempts > 1:
            note += f", attempt {state.attempts}"
        table.add_row(step.title, rows, seconds, escape(note), style="red" if state.status == "failed" else None)
    table.add_row("total", "", f"{context.record.seconds or 0.0:.1f}", "", style="bold")
    return table


def gate_line(summary: Summary) -> str:
    """Return the verdict of each door."""
    verdicts = []
    for door, counts in summary.gate.items():
        word = "[red]FAILED[/red]" if counts["errors"] else "passed"
        warnings = f" ({counts['warnings']} warned)" if counts["warnings"] else ""
        verdicts.append(f"{door} {word}{warnings}")
    return "Gate   " + ", ".join(verdicts) + "\n"


def accounting_table(rows: list[dict[str, Any]]) -> Table:
    """Return the row accounting: rows in files = facts + duplicates + quarantined + superseded."""
    table = plain_table("rows", "in files", "facts", "duplicate", "quarantined", "superseded", "")
    for row in rows:
        figures = ("row_count", "fact_count", "duplicate_count", "quarantined_count", "superseded_count")
        verdict = "closes" if row["closes"] else f"[red]{row['unaccounted_count']:,} unaccounted[/red]"
        table.add_row(row["source_name"], *(f"{row[figure] or 0:,}" for figure in figures), verdict)
    return table


def print_scores(console: Console, summary: Summary) -> None:
    """Print ours against the baselines: NDCG@20 with its 95% interval."""
    if summary.model_version is None:
        return
    console.print(f"Model  {summary.model_version}", highlight=False)
    if not summary.scores:
        return
    table = plain_table("NDCG@20", "", "95% interval", "customers")
    for score in summary.scores:
        if score["namespace"] != "all" and len(summary.sources) == 1:
            continue
        ours = score["role"] == "ours"
        name = f"ours ({score['model_name']})" if ours else MODEL_NAMES.get(score["model_name"], score["model_name"])
        interval = f"{score['lower_bound']:.3f} to {score['upper_bound']:.3f}"
        source = "" if score["namespace"] == "all" else f", {score['namespace']}"
        table.add_row(
            name + source,
            f"{score['value']:.3f}",
            interval,
            f"{score['customer_count']:,}",
            style="bold" if ours else None,
        )
    console.print(table)


def print_outcome(context: RunContext, summary: Summary) -> None:
    """Print what is published now and what to type next."""
    say = context.reporter.line
    if summary.published:
        say(f"[green]Published[/green]  {summary.run_id}")
        say("Next       make dashboard   opens the dashboards")
        say("           make serve       starts the recommendation API")
        return
    say(f"[red]Not published.[/red] {serving_line(context)}")


def serving_line(context: RunContext) -> str:
    """Return which version is served as before."""
    try:
        return f"{current_folder(context.settings).name} goes on serving."
    except NothingPublishedError:
        return "There is no earlier version."


def plain_table(*headers: str) -> Table:
    """Return a borderless table, its first and last columns to the left, figures to the right."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False, padding=(0, 1, 0, 0))
    for position, header in enumerate(headers):
        table.add_column(header, justify="left" if position in (0, len(headers) - 1) else "right")
    return table
