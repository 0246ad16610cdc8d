"""An application of ours: its version, its errors, and nothing that a page would load from elsewhere."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractAsyncContextManager

from fastapi import FastAPI

from shelfwise import __version__
from shelfwise.web.problems import install_problem_handlers


def new_application(
    title: str, lifespan: Callable[[FastAPI], AbstractAsyncContextManager[None]], description: str = ""
) -> FastAPI:
    """Return an application without routes, whose errors are problems."""
    app = FastAPI(
        title=title,
        description=description,
        version=__version__,
        lifespan=lifespan,
        # FastAPI's /docs and /redoc load scripts from a CDN.
        docs_url=None,
        redoc_url=None,
        # asked anew with each request whether somebody listens, which costs more than most of what we do
        telemetry={"tracing": False, "metrics": False, "logs": False},
    )
    install_problem_handlers(app)
    return app
