"""The server process."""

from __future__ import annotations

import logging
import os
import socket
from collections.abc import Callable
from contextlib import suppress

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from shelfwise.errors import ShelfwiseError
from shelfwise.web.bounded_http import BoundedHttp
from shelfwise.web.logs import log_config

logger = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 10


def run_server(app: ASGIApp, host: str, port: int, name: str) -> None:
    """Serve an application until SIGINT or SIGTERM; requests in flight are finished. ``name`` is for the log.

    Raises ShelfwiseError when the port cannot be had.
    """
    config = uvicorn.Config(
        app,
        http=BoundedHttp,
        log_config=None,
        access_log=False,  # its lines hold the query string, so customers' ids
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    with listen(host, port) as listener:
        logger.info("%s on http://%s:%d/ (Ctrl+C stops)", name, host, listener.getsockname()[1])
        with suppress(KeyboardInterrupt):  # uvicorn raises the signal again after it has shut down in good order
            uvicorn.Server(config).run(sockets=[listener])


def run_workers(make_app: Callable[[], ASGIApp], workers: int, host: str, port: int, name: str) -> None:
    """Serve with several processes on one port, each with an application of its own; one that dies is started again.

    ``make_app`` is pickled, for each process calls it itself. Raises ShelfwiseError when the port cannot be had.
    """
    config = uvicorn.Config(
        make_app,
        factory=True,
        http=BoundedHttp,
        workers=workers,
        log_config=log_config(),
        access_log=False,
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
    )
    with listen(host, port) as listener:
        logger.info(
            "%s on http://%s:%d/ by %d processes (Ctrl+C stops)", name, host, listener.getsockname()[1], workers
        )
        Multiprocess(config, sockets=[listener]).run()


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
