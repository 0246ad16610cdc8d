"""`shelfwise dead-letter …`: events that the collector rejected."""

from __future__ import annotations

from typing import Annotated

import typer

from shelfwise.cli.shared import errors_shown, load_settings

app = typer.Typer(help="Look at events that the collector rejected, and try them again.", no_args_is_help=True)


@app.command("list")
def list_dead_letters() -> None:
    """Count the rejected events by reason, with the latest of each."""
    with errors_shown():
        from shelfwise.collector.dead_letter_report import overview
        from shelfwise.collector.replay import grouped_by_reason

        typer.echo(overview(*grouped_by_reason(load_settings())))


@app.command("show")
def show_dead_letter(
    letter_id: Annotated[str, typer.Argument(metavar="ID", help="As `list` shows it.")],
) -> None:
    """Show a rejected event as it was sent."""
    with errors_shown():
        from shelfwise.collector.dead_letter_report import description
        from shelfwise.collector.replay import find_letters

        (letter,) = find_letters(load_settings(), [letter_id])
        typer.echo(description(letter))


@app.command("replay")
def replay_dead_letters(
    letter_ids: Annotated[list[str] | None, typer.Argument(metavar="[ID]...", help="As `list` shows them.")] = None,
    everything: Annotated[bool, typer.Option("--all", help="Try every rejected event.")] = False,
) -> None:
    """Judge rejected events again; those that are now taken land with the next run."""
    with errors_shown():
        from shelfwise.collector.replay import replay
        from shelfwise.errors import ShelfwiseError

        if everything == bool(letter_ids):
            raise ShelfwiseError("which events?", remedy="Name their ids, or say --all")
        result = replay(load_settings(), letter_ids)
    typer.echo(f"{result.taken:,} events taken, {result.rejected:,} rejected again.")
