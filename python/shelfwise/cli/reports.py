"""Verbs of reports that are sent and printed."""

from __future__ import annotations

from datetime import datetime
from pathlib import Path
from typing import Annotated

import typer

from shelfwise.cli.shared import errors_shown, load_settings

app = typer.Typer()


@app.command()
def report(
    day: Annotated[
        datetime | None,
        typer.Argument(formats=["%Y-%m-%d"], help="A day of the week to report. Default: the last whole week."),
    ] = None,
    week: Annotated[bool, typer.Option("--week", help="Of a week, Monday to Sunday: the one kind there is.")] = True,
    output: Annotated[
        Path | None, typer.Option(help="File to write. Default: reports/week-<Monday>.html in the data folder.")
    ] = None,
) -> None:
    """Write the report of a week as one HTML page, from what is published."""
    del week  # says what people expect to type; a report is of a week
    with errors_shown():
        from shelfwise.reports.weekly import write_weekly_report

        path = write_weekly_report(load_settings(), day.date() if day else None, output)
    typer.echo(f"Written: {path}")
