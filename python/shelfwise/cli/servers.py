"""Verbs that go on until they are stopped: serve, collect, dashboard."""

from __future__ import annotations

import os
import sys
from typing import Annotated

import typer

from shelfwise.cli.shared import errors_shown, load_settings

app = typer.Typer()


@app.command()
def serve(
    only_api: Annotated[bool, typer.Option("--only-api", help="Leave the collector and the demo shop out.")] = False,
) -> None:
    """Serve recommendations from the published version, with a collector and a demo shop beside them."""
    with errors_shown():
        from shelfwise.website import run_website

        run_website(load_settings(), only_api=only_api)


@app.command()
def collect() -> None:
    """Take events from the website over HTTP; a run lands what was taken."""
    with errors_shown():
        from shelfwise.collector.server import run_collector

        run_collector(load_settings())


@app.command()
def dashboard() -> None:
    """Open the dashboards on the published version."""
    with errors_shown():
        from shelfwise.ports import require_free_port

        settings = load_settings()
        require_free_port(settings.host, settings.dashboard_port, variable="SHELFWISE_DASHBOARD_PORT")
    command = [sys.executable, "-m", "dashboards.serve"]
    options = {
        "--server.address": settings.host,
        "--server.port": str(settings.dashboard_port),
        "--server.headless": "true",
        "--browser.gatherUsageStats": "false",
    }
    os.chdir(settings.project_dir)  # Streamlit reads .streamlit/config.toml from here
    arguments = [part for option in options.items() for part in option]
    os.execve(sys.executable, [*command, *arguments], settings.environment())  # noqa: S606  no shell is wanted
