"""The server process."""

from __future__ import annotations

from shelfwise.serving.app import create_app
from shelfwise.settings import Settings
from shelfwise.web.server import run_app


def run_server(settings: Settings) -> None:
    """Serve on ``settings.host`` and ``settings.api_port`` until SIGINT or SIGTERM; requests in flight are finished.

    Raises ShelfwiseError when the port cannot be had.
    """
    run_app(
        create_app(settings), settings.host, settings.api_port, name="recommendations", variable="SHELFWISE_API_PORT"
    )
