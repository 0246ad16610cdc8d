"""Whether a port can be had, asked before a server that would answer with a traceback."""

from __future__ import annotations

import errno
import os
import socket

from shelfwise.errors import ShelfwiseError


def require_free_port(host: str, port: int, *, variable: str) -> None:
    """Raise ShelfwiseError when nothing can listen on ``host``:``port``; ``variable`` is the setting of another."""
    try:
        family = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0][0]
        socket.create_server((host, port), family=family).close()
    except OSError as error:
        # The socket module adds the address to the system's words; a name that does not resolve has a negative number.
        reason = os.strerror(error.errno) if error.errno and error.errno > 0 else error.strerror
        taken = error.errno == errno.EADDRINUSE
        raise ShelfwiseError(
            f"port {port} is taken" if taken else f"cannot listen on {host}:{port}: {reason}",
            remedy=f"Stop what listens there, or choose another port with {variable}",
        ) from error
