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
    send: Annotated[
        bool, typer.Option("--send", help="Send it through the channels of alerts: mail with the page attached.")
    ] = False,
) -> None:
    """Write the report of a week as one HTML page, from what is published."""
    del week  # says what people expect to type; a report is of a week
    with errors_shown():
        from shelfwise.reports.weekly import compose_weekly_report, save_weekly_report

        settings = load_settings()
        report_of_week = compose_weekly_report(settings, day.date() if day else None)
        typer.echo(f"Written: {save_weekly_report(settings, report_of_week, output)}")
        if send:
            from rich.console import Console

            from shelfwise.alerts.delivery import send_report
            from shelfwise.pipeline.alerting import show_deliveries

            subject = f"week of {report_of_week.first:%Y-%m-%d}"
            deliveries = send_report(
                settings,
                subject=subject,
                html=report_of_week.page,
                summary=report_of_week.summary,
                name=report_of_week.name,
            )
            if not show_deliveries(deliveries, Console()):
                raise typer.Exit(1)
