"""The application: routes, error answers and headers put together."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool

from shelfwise import __version__
from shelfwise.serving.api import lists_router, operations_router
from shelfwise.serving.pictures import pictures_router
from shelfwise.serving.storefront import storefront_router
from shelfwise.serving.version_store import VersionStore
from shelfwise.settings import Settings
from shelfwise.web.headers import SecurityHeaders
from shelfwise.web.problems import install_problem_handlers


def create_app(settings: Settings) -> FastAPI:
    """Return the API and the storefront page over the published version of these settings.

    While it runs, the app watches for newer versions. It starts with nothing published as well, and answers 503 until
    something is.
    """
    store = VersionStore(settings)

    @asynccontextmanager
    async def watch_versions(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(store.start)
        yield
        await run_in_threadpool(store.stop)

    app = FastAPI(
        title="Shelfwise recommendation API",
        version=__version__,
        lifespan=watch_versions,
        # FastAPI's /docs and /redoc load scripts from a CDN.
        docs_url=None,
        redoc_url=None,
    )
    install_problem_handlers(app)
    app.add_middleware(SecurityHeaders)
    for router in (lists_router, operations_router, pictures_router, storefront_router):
        app.include_router(router(store))
    return app
