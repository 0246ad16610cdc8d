"""The process of the recommendation API."""

from __future__ import annotations

import logging

from shelfwise.serving.app import create_app
from shelfwise.settings import Settings
from shelfwise.web import server as web_server


def run_server(settings: Settings) -> None:
    """Serve on ``settings.host`` and ``settings.api_port`` until SIGINT or SIGTERM; requests in flight are finished.

    Raises ShelfwiseError when the port cannot be had.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    web_server.run_server(create_app(settings), settings.host, settings.api_port, "recommendations")
