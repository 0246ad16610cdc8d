"""The collector as a server of its own."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from functools import partial

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from shelfwise.collector.collector import Collector
from shelfwise.collector.routes import CollectorPaths, collector_router
from shelfwise.collector.write_keys import WriteKey
from shelfwise.settings import Settings
from shelfwise.web.application import new_application
from shelfwise.web.headers import SecurityHeaders
from shelfwise.web.logs import configure_logs
from shelfwise.web.server import run_server


def create_collector_app(settings: Settings, *, extra_keys: Sequence[WriteKey] = ()) -> FastAPI:
    """Return the collector's app. Raises ShelfwiseError when the data folder cannot be written."""
    collector = Collector(settings, extra_keys=extra_keys)

    @asynccontextmanager
    async def collect(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(collector.start)
        yield
        await run_in_threadpool(collector.stop)

    app = new_application("Shelfwise collector", collect)
    app.state.collector = collector
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
    run_server(
        partial(create_collector_app, settings),
        settings.host,
        settings.collector_port,
        name="collector",
        variable="SHELFWISE_COLLECTOR_PORT",
        workers=settings.collector_workers,
    )
