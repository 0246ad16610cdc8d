"""The routes for those who run the server."""

from __future__ import annotations

from http import HTTPStatus

from fastapi import APIRouter, Request, Response

from shelfwise.serving.access import Caller
from shelfwise.serving.context import Context
from shelfwise.serving.exposition import exposition
from shelfwise.serving.parameters import NEEDS_KEY
from shelfwise.serving.readiness import require_lookups
from shelfwise.serving.schemas import Health, Readiness, RefusedVersion, VersionAnswer
from shelfwise.web.problems import ProblemError, documented
from shelfwise.web.prometheus import METRICS_MEDIA_TYPE


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

    @router.get(
        "/v1/version",
        responses=documented(HTTPStatus.UNAUTHORIZED, HTTPStatus.SERVICE_UNAVAILABLE),
        openapi_extra=NEEDS_KEY,
    )
    async def version(request: Request) -> VersionAnswer:
        """What is being served, and why a newer version is not, where that is so."""
        context.access.caller(request.headers.get("authorization"))
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
        openapi_extra=NEEDS_KEY,
    )
    async def metrics(request: Request) -> Response:
        """Counts and durations in Prometheus' text format; with keys set, a server key is needed."""
        if context.access.caller(request.headers.get("authorization")) is not Caller.SERVER:
            raise ProblemError(HTTPStatus.FORBIDDEN, "a browser key may not read metrics", "Use a server key.")
        return Response(exposition(context), media_type=METRICS_MEDIA_TYPE)

    return router
