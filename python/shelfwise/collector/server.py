"""The collector as a server of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from shelfwise import __version__
from shelfwise.collector.collector import Collector
from shelfwise.collector.routes import CollectorPaths, collector_router
from shelfwise.collector.write_keys import WriteKey
from shelfwise.data_folder import require_writable
from shelfwise.ports import require_free_port
from shelfwise.settings import Settings
from shelfwise.web.headers import SecurityHeaders
from shelfwise.web.logs import configure_logs
from shelfwise.web.problems import install_problem_handlers
from shelfwise.web.server import run_server, run_workers


def create_collector_app(settings: Settings, *, extra_keys: Sequence[WriteKey] = ()) -> FastAPI:
    """Return the collector's app. Raises ShelfwiseError when the data folder cannot be written."""
    collector = Collector(settings, extra_keys=extra_keys)

    @asynccontextmanager
    async def collect(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(collector.start)
        yield
        await run_in_threadpool(collector.stop)

    app = FastAPI(
        title="Shelfwise collector",
        version=__version__,
        lifespan=collect,
        # FastAPI's /docs and /redoc load scripts from a CDN.
        docs_url=None,
        redoc_url=None,
        # asked anew with each request whether somebody listens, which costs more than most of what we do
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    app.state.collector = collector
    install_problem_handlers(app)
    app.add_middleware(SecurityHeaders)
    app.add_middleware(CollectorPaths, collector=collector)
    app.include_router(collector_router(collector))

    @app.get("/healthz", tags=["operations"])
    async def healthz() -> dict[str, str]:
        """The process is alive."""
        return {"status": "ok"}

    return app


def run_collector(settings: Settings) -> None:
    """Collect on ``settings.host`` and ``settings.collector_port`` until SIGINT or SIGTERM.

    Requests in flight are finished. Raises ShelfwiseError when the port cannot be had or the data folder not written.
    """
    configure_logs()
    require_free_port(settings.host, settings.collector_port, variable="SHELFWISE_COLLECTOR_PORT")
    if settings.collector_workers > 1:
        require_writable(settings.collector_path)
        make_app = partial(create_collector_app, settings)
        run_workers(make_app, settings.collector_workers, settings.host, settings.collector_port, "collector")
    else:
        run_server(create_collector_app(settings), settings.host, settings.collector_port, "collector")
