"""The routes for those who run the server."""

from __future__ import annotations

from http import HTTPStatus
from typing import Annotated

from fastapi import APIRouter, Response, Security
from fastapi.security import HTTPAuthorizationCredentials

from shelfwise.serving.access import Caller
from shelfwise.serving.api import bearer
from shelfwise.serving.context import Context
from shelfwise.serving.exposition import METRICS_MEDIA_TYPE, exposition
from shelfwise.serving.readiness import require_lookups
from shelfwise.serving.schemas import Health, Readiness, RefusedVersion, VersionAnswer
from shelfwise.web.problems import ProblemError, documented

Key = Annotated[HTTPAuthorizationCredentials | None, Security(bearer)]


def operations_router(context: Context) -> APIRouter:
    """Return the routes about the server itself."""
    router = APIRouter(tags=["operations"])

    @router.get("/healthz")
    async def healthz() -> Health:
        """The process is alive; says nothing about what it can answer."""
        return Health()

    @router.get("/readyz", responses=documented(HTTPStatus.SERVICE_UNAVAILABLE))
    async def readyz() -> Readiness:
        """A version is loaded."""
        return Readiness(run_id=require_lookups(context.store).manifest.run_id)

    @router.get("/v1/version", responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE))
    async def version(key: Key = None) -> VersionAnswer:
        """What is being served, and why a newer version is not, where that is so."""
        context.access.caller(key)
        lookups, refusal = require_lookups(context.store), context.store.refusal
        return VersionAnswer(
            run_id=lookups.manifest.run_id,
            model_version=lookups.manifest.model_version,
            data_until=lookups.manifest.data_until,
            published_at=lookups.manifest.published_at,
            loaded_at=lookups.loaded_at,
            sources=sorted(lookups.namespaces),
            product_count=len(lookups.products),
            customer_count=len(lookups.customer_positions),
            refused=RefusedVersion(run_id=refusal.version, reason=refusal.reason) if refusal else None,
        )

    @router.get(
        "/metrics",
        response_class=Response,
        responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.FORBIDDEN),
    )
    async def metrics(key: Key = None) -> Response:
        """Counts and durations in Prometheus' text format; with keys set, a server key is needed."""
        if context.access.caller(key) is not Caller.SERVER:
            raise ProblemError(HTTPStatus.FORBIDDEN, "a browser key may not read metrics", "Use a server key.")
        return Response(exposition(context), media_type=METRICS_MEDIA_TYPE)

    return router
