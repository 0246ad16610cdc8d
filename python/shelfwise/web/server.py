"""The server process."""

from __future__ import annotations

import logging
import os
import signal
import threading
import time
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from typing import Any

import uvicorn
from starlette.types import ASGIApp
from uvicorn.supervisors import Multiprocess

from shelfwise.ports import listen
from shelfwise.web.bounded_http import BoundedHttp
from shelfwise.web.logs import log_config

logger = logging.getLogger(__name__)

SHUTDOWN_SECONDS = 10
# A process that has ended is started again at once; one that does not answer its parent, after so long. On a busy
# machine its imports alone take more than uvicorn's five seconds: it would be killed, started and killed again.
SILENT_SECONDS = 60
# How often a process looks whether the one that started it still lives.
ORPHAN_SECONDS = 0.5


def run_server(
    make_app: Callable[[], ASGIApp], host: str, port: int, *, name: str, variable: str, workers: int = 1
) -> None:
    """Serve an application until SIGINT or SIGTERM; requests in flight are finished.

    Of several ``workers``, processes on one port, each makes an application of its own, for which ``make_app`` is
    pickled; one that dies is started again, and all stop in good order when the process that started them is gone.
    ``name`` is for the log, ``variable`` the setting of another port. Raises what ``make_app`` does, before any process
    is started, and ShelfwiseError when the port cannot be had.
    """
    app = make_app()
    with listen(host, port, variable=variable) as listener:
        by = f" by {workers} processes" if workers > 1 else ""
        logger.info("%s on http://%s:%d/%s (Ctrl+C stops)", name, host, listener.getsockname()[1], by)
        if workers > 1:
            several = config_of(
                partial(make_worker_app, make_app, os.getpid()),
                factory=True,
                workers=workers,
                log_config=log_config(),
                timeout_worker_healthcheck=SILENT_SECONDS,
            )
            Multiprocess(several, sockets=[listener]).run()
        else:
            with suppress(KeyboardInterrupt):  # uvicorn raises the signal again after it has shut down in good order
                uvicorn.Server(config_of(app, log_config=None)).run(sockets=[listener])


def make_worker_app(make_app: Callable[[], ASGIApp], parent: int) -> ASGIApp:
    """Return the application of one process of several, which is told to stop when its ``parent`` is gone.

    One whose parent was killed would hold the port and serve on, and nobody would start it again.
    """

    def stop_when_orphaned() -> None:
        while os.getppid() == parent:
            time.sleep(ORPHAN_SECONDS)
        logger.error("the process that started this one is gone: stopping")
        os.kill(os.getpid(), signal.SIGTERM)

    threading.Thread(target=stop_when_orphaned, name="orphan-watch", daemon=True).start()
    return make_app()


def config_of(app: ASGIApp | Callable[[], ASGIApp], **options: Any) -> uvicorn.Config:
    """Return how any of our applications is served."""
    return uvicorn.Config(
        app,
        http=BoundedHttp,
        access_log=False,  # its lines hold the query string, so customers' ids
        server_header=False,
        timeout_graceful_shutdown=SHUTDOWN_SECONDS,
        **options,
    )
