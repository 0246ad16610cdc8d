"""`shelfwise alert …`: telling people when something is wrong, or has not happened."""

from __future__ import annotations

import typer

from shelfwise.cli.shared import errors_shown, load_settings

app = typer.Typer(help="Tell people when something is wrong, or has not happened.", no_args_is_help=True)


@app.command("check")
def check_alerts() -> None:
    """Tell of a run that did not come, one that was killed, and old data; for a timer."""
    with errors_shown():
        from rich.console import Console

        from shelfwise.pipeline.alerting import check as check_now

        is_well = check_now(load_settings(), Console())
    if not is_well:
        raise typer.Exit(1)


@app.command("test")
def test_alerts() -> None:
    """Send a test message through every channel."""
    with errors_shown():
        from rich.console import Console

        from shelfwise.pipeline.alerting import try_channels

        all_went = try_channels(load_settings(), Console())
    if not all_went:
        raise typer.Exit(1)


@app.command("list")
def list_alerts() -> None:
    """Show what is open, who was told, and which channels are down."""
    with errors_shown():
        from rich.console import Console

        from shelfwise.pipeline.alerting import print_open

        print_open(load_settings(), Console())
