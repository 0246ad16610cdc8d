"""How the last runs went: what each step took, where one failed, what had to be tried again."""

from __future__ import annotations

from collections.abc import Sequence
from statistics import median

from rich import box
from rich.console import Console
from rich.markup import escape
from rich.table import Table

from shelfwise.data_folder import require_data_folder
from shelfwise.pipeline.history import RunRecord, StepRecord, read_records
from shelfwise.pipeline.status import notice_interrupted
from shelfwise.pipeline.steps import STEPS
from shelfwise.settings import Settings
from shelfwise.warehouse.backfill import Span

# nine columns of seconds, the day and the total fit into 80 characters
HEADERS = ("land", "gate", "build", "gate", "train", "fore.", "after", "gate", "publ.")
MARKS = {"failed": "[red]✗[/red]", "running": "…", "succeeded": ""}


def print_history(settings: Settings, last: int, console: Console | None = None) -> None:
    """Print the last runs, the latest first, with the seconds of each step, and what stands out about them."""
    console = console or Console()
    require_data_folder(settings)
    notice_interrupted(settings)
    records = read_records(settings)[-last:][::-1]
    if not records:
        console.print("There has been no run: `shelfwise run` starts the first.", highlight=False)
        return
    console.print(seconds_table(records))
    for line in remarks(records):
        console.print(line, highlight=False, soft_wrap=True)


def seconds_table(records: Sequence[RunRecord]) -> Table:
    """Return a line a run, with the seconds of its steps; below them the median of what succeeded."""
    table = Table(box=box.SIMPLE_HEAD, pad_edge=False, header_style="dim", show_edge=False, padding=0)
    table.add_column("run (UTC)", no_wrap=True)
    for header in (*HEADERS, "total"):
        table.add_column(header, justify="right", no_wrap=True)
    for record in records:
        cells = [seconds_cell(step) for step in steps_of(record)]
        shown = f"{record.started_at:%Y-%m-%d %H:%M}"
        table.add_row(shown, *cells, shown_seconds(record.seconds) + MARKS[record.status])
    if len(records) > 1:
        usual = [median_of([step.seconds for step in column if step]) for column in columns(records)]
        total = median_of([record.seconds for record in records if record.status == "succeeded"])
        table.add_row("median", *usual, total, style="dim")
    return table


def steps_of(record: RunRecord) -> list[StepRecord | None]:
    """Return the run's steps in the order of today's; None for one that the run did not know."""
    known = {step.name: step for step in record.steps}
    return [known.get(step.name) for step in STEPS]


def columns(records: Sequence[RunRecord]) -> list[list[StepRecord | None]]:
    """Return, for each step, its records that succeeded."""
    by_step = zip(*(steps_of(record) for record in records), strict=True)
    return [[step for step in steps if step and step.status == "succeeded"] for steps in by_step]


def seconds_cell(step: StepRecord | None) -> str:
    """Return a step's seconds, with a mark where it failed, still runs or was tried again."""
    if step is None or step.status == "pending":
        return ""
    again = "[yellow]²[/yellow]" if step.attempts > 1 else ""
    return shown_seconds(step.seconds) + MARKS[step.status] + again


def shown_seconds(seconds: float | None) -> str:
    """Return seconds in at most five characters."""
    if seconds is None:
        return ""
    return f"{seconds:.1f}" if seconds < 100 else f"{seconds:.0f}"


def median_of(seconds: Sequence[float | None]) -> str:
    """Return the median of what is known; empty where nothing is."""
    known = [value for value in seconds if value is not None]
    return shown_seconds(median(known)) if known else ""


def remarks(records: Sequence[RunRecord]) -> list[str]:
    """Return a line for each run that failed, was a backfill, or tried a step again."""
    lines = []
    for record in records:
        notes = ["backfill of " + str(Span(*record.options.backfill))] if record.options.backfill else []
        if record.status == "failed":
            notes.append(f"[red]failed at {record.failed_step}[/red]: {escape(record.message)}")
        notes += [
            f"{step.name} took {step.attempts} attempts"
            + (f" ({escape(step.retry_reason)})" if step.retry_reason else "")
            for step in record.steps
            if step.attempts > 1
        ]
        if notes:
            lines.append(f"{record.run_id}  {'; '.join(notes)}")
    return lines
