"""The process of the recommendation API."""

from __future__ import annotations

from functools import partial

from shelfwise.serving.access import require_keys
from shelfwise.serving.app import create_app
from shelfwise.settings import Settings
from shelfwise.web import server as web_server
from shelfwise.web.logs import configure_logs


def run_server(settings: Settings) -> None:
    """Serve on ``settings.host`` and ``settings.api_port`` until SIGINT or SIGTERM; requests in flight are finished.

    Raises ShelfwiseError when the port cannot be had, or others could reach a server without keys.
    """
    configure_logs()
    require_keys(settings)
    name = "recommendations"
    if settings.api_workers > 1:
        web_server.run_workers(
            partial(create_app, settings), settings.api_workers, settings.host, settings.api_port, name
        )
    else:
        web_server.run_server(create_app(settings), settings.host, settings.api_port, name)
