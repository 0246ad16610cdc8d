"""Ports to listen on, and what is said where one cannot be had."""

from __future__ import annotations

import errno
import os
import socket

from shelfwise.errors import ShelfwiseError


def listen(host: str, port: int, *, variable: str) -> socket.socket:
    """Return a socket bound to an address; port 0 takes any free one.

    Raises ShelfwiseError when nothing can listen there; ``variable`` is the setting of another port.
    """
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        # The socket module adds the address to the system's words; a name that does not resolve has a negative number.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        where = f"cannot listen on {host}:{port}"
        raise ShelfwiseError(
            f"port {port} is taken: {where}" if error.errno == errno.EADDRINUSE else f"{where}: {reason}",
            remedy=f"Stop what listens there, or choose another port with {variable}",
        ) from error


def require_free_port(host: str, port: int, *, variable: str) -> None:
    """Raise what `listen` would, before a server that would answer with a traceback."""
    listen(host, port, variable=variable).close()
