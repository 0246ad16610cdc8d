"""Verbs of the nightly work: run, backfill, check, status, history, rollback."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated

import typer

from shelfwise.cli.shared import errors_shown, load_settings

app = typer.Typer()


@app.command()
def run(
    source: Annotated[
        list[str] | None,
        typer.Option(
            help="Source to switch on; repeatable. Default: what has landed; in a fresh checkout the sample shop."
        ),
    ] = None,
    days: Annotated[int | None, typer.Option(min=1, help="Days of history of the sample shop. Default: 90.")] = None,
    size: Annotated[
        str | None, typer.Option(help="Size of the sample shop: small, default, large, or a number of customers.")
    ] = None,
    until: Annotated[
        datetime | None,
        typer.Option(formats=["%Y-%m-%d"], help="Last day of the sample shop. Default: 2026-09-30."),
    ] = None,
    resume: Annotated[bool, typer.Option("--resume", help="Go on with the last unfinished run.")] = False,
) -> None:
    """Land, build, audit, train and publish."""
    with errors_shown():
        from shelfwise.errors import ShelfwiseError
        from shelfwise.pipeline.run import run_pipeline

        if resume and (days or size or until):
            raise ShelfwiseError(
                "a resumed run keeps its --days, --size and --until",
                remedy="Leave them away to resume, or --resume to start a new run",
            )
        last_day = until.date() if until else None
        record = run_pipeline(
            load_settings(), sources=source or (), days=days, size=size, until=last_day, resume=resume
        )
    if record.status != "succeeded":
        raise typer.Exit(1)


@app.command()
def backfill(
    first: Annotated[datetime, typer.Argument(metavar="FROM", formats=["%Y-%m-%d"], help="First day, as 2026-03-01.")],
    last: Annotated[datetime, typer.Argument(metavar="TO", formats=["%Y-%m-%d"], help="Last day.")],
) -> None:
    """Read again what has landed about past days, and run: repairs them at the cost of these days."""
    with errors_shown():
        from shelfwise.pipeline.run import run_pipeline
        from shelfwise.warehouse.backfill import Span

        record = run_pipeline(load_settings(), backfill=Span(first.date(), last.date()))
    if record.status != "succeeded":
        raise typer.Exit(1)


@app.command()
def check(
    door: Annotated[str, typer.Argument(help="landing, marts or recommendations.")],
    all_rows: Annotated[bool, typer.Option("--all", help="Judge again what is loaded or published.")] = False,
) -> None:
    """Audit at a door of the gate, without a run."""
    with errors_shown():
        from shelfwise.pipeline.check import check_door

        passed = check_door(load_settings(), door, all_rows=all_rows)
    if not passed:
        raise typer.Exit(1)


@app.command()
def status() -> None:
    """Show what is published, the last run, and what waits in landing."""
    with errors_shown():
        from shelfwise.pipeline.status import print_status

        print_status(load_settings())


@app.command()
def history(last: Annotated[int, typer.Option(min=1, help="How many runs.")] = 10) -> None:
    """Show the last runs: the seconds of each step, what failed, what was tried again."""
    with errors_shown():
        from shelfwise.pipeline.run_history import print_history

        print_history(load_settings(), last)


@app.command()
def rollback(
    run_id: Annotated[str | None, typer.Argument(help="Version to go back to. Default: the one before.")] = None,
) -> None:
    """Make an earlier version current."""
    with errors_shown():
        from shelfwise.warehouse.rollback import rollback as roll_back

        version = roll_back(load_settings(), run_id)
    typer.echo(f"Current is {version.run_id}, published {version.manifest.published_at:%Y-%m-%d %H:%M} UTC.")
