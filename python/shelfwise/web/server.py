"""A server process: it says where it listens, and finishes what it has begun when told to stop."""

from __future__ import annotations

import logging
import os
import socket
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp

from shelfwise.errors import ShelfwiseError

logger = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 10


def run_app(app: ASGIApp, host: str, port: int, *, name: str, variable: str) -> None:
    """Serve an app until SIGINT or SIGTERM; requests in flight are finished.

    ``name`` says in the log what is served, ``variable`` in an error which setting is of the port. Raises
    ShelfwiseError when the port cannot be had.
    """
    logging.basicConfig(level=logging.INFO, format="%(asctime)s %(levelname)s %(name)s: %(message)s")
    config = uvicorn.Config(
        app,
        log_config=None,
        access_log=False,  # its lines hold the query string, so customers' ids
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    with listen(host, port, variable=variable) as listener:
        logger.info("%s on http://%s:%d/ (Ctrl+C stops)", name, host, listener.getsockname()[1])
        with suppress(KeyboardInterrupt):  # uvicorn raises the signal again after it has shut down in good order
            uvicorn.Server(config).run(sockets=[listener])


def listen(host: str, port: int, *, variable: str = "SHELFWISE_API_PORT") -> socket.socket:
    """Return a socket bound to an address. Port 0 takes any free one.

    Raises ShelfwiseError, which names the setting ``variable``, when the address cannot be had.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        # The socket module adds the address to the system's words; a name that does not resolve has a negative number.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        raise ShelfwiseError(
            f"cannot listen on {host}:{port}: {reason}",
            remedy=f"Stop what listens there, or choose another port with {variable}.",
        ) from error
