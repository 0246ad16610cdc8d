"""The server process."""

from __future__ import annotations

import logging
import os
import socket
from contextlib import suppress

import uvicorn

from shelfwise.errors import ShelfwiseError
from shelfwise.serving.app import create_app
from shelfwise.settings import Settings

logger = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 10


def run_server(settings: Settings) -> None:
    """Serve on ``settings.host`` and ``settings.api_port`` until SIGINT or SIGTERM; requests in flight are finished.

    Raises ShelfwiseError when the port cannot be had.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    config = uvicorn.Config(
        create_app(settings),
        log_config=None,
        access_log=False,  # its lines hold the query string, so customers' ids
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    with listen(settings.host, settings.api_port) as listener:
        logger.info("recommendations on http://%s:%d/ (Ctrl+C stops)", settings.host, listener.getsockname()[1])
        with suppress(KeyboardInterrupt):  # uvicorn raises the signal again after it has shut down in good order
            uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int) -> socket.socket:
    """Return a socket bound to an address. Port 0 takes any free one."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        # The socket module adds the address to the system's words; a name that does not resolve has a negative number.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise ShelfwiseError(
            f"cannot listen on {host}:{port}: {reason}",
            remedy="Stop what listens there, or choose another port with SHELFWISE_API_PORT.",
        ) from error
