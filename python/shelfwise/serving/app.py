"""The application: routes, error answers and headers put together."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Callable, Sequence
from contextlib import asynccontextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any

from fastapi import APIRouter, FastAPI
from fastapi.concurrency import run_in_threadpool
from starlette.middleware.cors import CORSMiddleware

from shelfwise.serving.access import Access
from shelfwise.serving.api import lists_router
from shelfwise.serving.context import Context
from shelfwise.serving.docs_page import docs_router
from shelfwise.serving.explorer import explorer_router
from shelfwise.serving.figures import HourlyFigures
from shelfwise.serving.metrics import Measured
from shelfwise.serving.operations import operations_router
from shelfwise.serving.parameters import SECURITY_SCHEMES
from shelfwise.serving.pictures import pictures_router
from shelfwise.serving.version_store import VersionStore
from shelfwise.serving.workers import SHARE_SECONDS, Workers
from shelfwise.settings import Settings
from shelfwise.web.application import new_application
from shelfwise.web.headers import SecurityHeaders

logger = logging.getLogger(__name__)

ABOUT = """Lists of products for a shop's pages, from its published version. Ids are `<namespace>:<id of the shop>`."""


@dataclass(frozen=True)
class Beside:
    """What else answers on the API's port: its routes and metrics, and what is done before the first and at the end."""

    routers: Sequence[APIRouter]
    start: Callable[[], None]
    stop: Callable[[], None]
    metrics: Callable[[], str]


def create_app(settings: Settings, beside: Callable[[Context], Beside] | None = None) -> FastAPI:
    """Return the API and the page that explains it over the published version, and what answers ``beside`` it.

    While it runs, the app watches for newer versions. It starts with nothing published as well, and answers 503 until
    something is.
    """
    is_shared = settings.api_workers > 1
    context = Context(
        VersionStore(settings),
        Access.of(settings),
        Workers(settings.serving_path / "workers" / str(settings.api_port) if is_shared else None),
    )
    others = beside(context) if beside else None
    if others:
        context.metrics_beside.append(others.metrics)
    app = new_application("Shelfwise recommendation API", lambda _: running(context, settings, others), ABOUT)
    describe_keys(app)
    if settings.cors_origins:
        app.add_middleware(
            CORSMiddleware,
            allow_origins=settings.cors_origins,
            allow_methods=["GET"],
            allow_headers=["Authorization"],
            max_age=3600,
        )
    app.add_middleware(SecurityHeaders)
    app.add_middleware(Measured, metrics=context.metrics)
    for router in (
        lists_router(context),
        operations_router(context),
        pictures_router(context.store),
        docs_router(app),
        explorer_router(context.store, context.access),
        *(others.routers if others else ()),
    ):
        app.include_router(router)
    return app


def describe_keys(app: FastAPI) -> None:
    """Say in the OpenAPI document what `security` of routes means."""
    described = app.openapi

    def openapi() -> dict[str, Any]:
        document = described()
        document["components"]["securitySchemes"] = SECURITY_SCHEMES
        return document

    app.openapi = openapi  # type: ignore[method-assign]  # FastAPI's way of extending the document


@asynccontextmanager
async def running(context: Context, settings: Settings, others: Beside | None) -> AsyncIterator[None]:
    """Watch for versions, share counts with other workers and write hourly figures for as long as the app runs."""
    await run_in_threadpool(context.store.start)
    if others:
        await run_in_threadpool(others.start)
    figures = HourlyFigures(settings.serving_path / "figures", context.metrics.counts)
    tick = asyncio.create_task(ticking(context, figures))
    yield
    if others:
        await run_in_threadpool(others.stop)
    tick.cancel()
    with suppress(asyncio.CancelledError):
        await tick
    context.workers.leave()
    try:
        figures.write()
    except OSError as error:
        logger.error("the last figures are lost: %s", error)
    await run_in_threadpool(context.store.stop)


async def ticking(context: Context, figures: HourlyFigures) -> None:
    """Do once a second what is due; what cannot be written, for want of space, is tried again."""
    has_failed = False
    while True:
        await asyncio.sleep(SHARE_SECONDS)
        try:
            context.workers.share(context.metrics.counts)
            figures.turn(datetime.now(UTC))
            has_failed = False
        except OSError as error:
            if not has_failed:
                logger.error("figures cannot be written, and are kept in memory: %s", error)
            has_failed = True
