"""The collector's HTTP routes."""

from __future__ import annotations

import gzip
from collections.abc import Awaitable, Callable
from http import HTTPStatus
from pathlib import Path
from typing import Final

from fastapi import APIRouter, Request, Response
from starlette.requests import ClientDisconnect
from starlette.types import ASGIApp, Receive, Scope, Send

from shelfwise.collector.calls import PATHS
from shelfwise.collector.collector import Collector
from shelfwise.collector.openapi import request_body
from shelfwise.web.headers import DEFAULT_HEADERS
from shelfwise.web.problems import ProblemError, documented, problem_response

_TRACKER: Final = Path(__file__).parent / "static" / "shelfwise.js"
_METHODS: Final = {f"/v1/{path}": method for path, method in PATHS.items()}
_HEADERS: Final = [(name.lower().encode(), value.encode()) for name, value in DEFAULT_HEADERS.items()]
_REFUSALS: Final = documented(
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.UNAUTHORIZED,
    HTTPStatus.REQUEST_TIMEOUT,
    HTTPStatus.REQUEST_ENTITY_TOO_LARGE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.TOO_MANY_REQUESTS,
    HTTPStatus.SERVICE_UNAVAILABLE,
)
#: a browser asks again after a day whether a page of another host may send events
_PREFLIGHT_SECONDS: Final = 86_400


class CollectorPaths:
    """ASGI middleware that answers `POST /v1/track` and its kin before an app looks for a route.

    Finding the route, and calling it the way FastAPI does, takes several times what taking an event does. Without
    this middleware `collector_router` answers the same, slower.
    """

    def __init__(self, app: ASGIApp, collector: Collector) -> None:
        self._app = app
        self._collector = collector

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Answer a request with events; pass any other on."""
        method = _METHODS.get(scope["path"]) if scope["type"] == "http" and scope["method"] == "POST" else None
        if method is None:
            await self._app(scope, receive, send)
            return
        response = await collect(Request(scope, receive), self._collector, method)
        response.raw_headers += _HEADERS
        await response(scope, receive, send)


def collector_router(collector: Collector) -> APIRouter:
    """Return `POST /v1/track` and its kin, with `/shelfwise.js` that calls them."""
    router = APIRouter(tags=["collector"])
    for path, method in PATHS.items():
        router.add_api_route(
            f"/v1/{path}",
            _endpoint(collector, method),
            methods=["POST"],
            name=f"collect_{path}",
            summary="A batch of events" if method == "batch" else f"One event: {method}",
            description="Answers 200 once the events are on disk.",
            response_class=Response,
            responses={200: {"description": "On disk", "content": {"application/json": {}}}, **_REFUSALS},
            openapi_extra=request_body(method),
            include_in_schema=path == method,
        )
        router.add_api_route(f"/v1/{path}", _preflight(collector), methods=["OPTIONS"], include_in_schema=False)
    plain = _TRACKER.read_bytes()
    packed = gzip.compress(plain, 9)
    kept = {"Cache-Control": "public, max-age=3600", "Vary": "Accept-Encoding"}

    @router.get("/shelfwise.js", include_in_schema=False)
    async def tracker(request: Request) -> Response:
        if "gzip" in request.headers.get("accept-encoding", ""):
            return Response(packed, media_type="text/javascript", headers=kept | {"Content-Encoding": "gzip"})
        return Response(plain, media_type="text/javascript", headers=kept)

    return router


async def collect(request: Request, collector: Collector, method: str) -> Response:
    """Answer a request with events, whatever is wrong with it."""
    try:
        response = await collector.take(request, method)
    except ClientDisconnect:
        response = Response(status_code=HTTPStatus.BAD_REQUEST)  # nobody is there to read it
    except ProblemError as error:
        response = problem_response(error.problem, error.headers)
    if response.status_code != HTTPStatus.OK:
        collector.figures.refused_requests[response.status_code] += 1
    if allowed := collector.settings.cors_origins:
        response.headers.update(_cors_headers(request, allowed))
    return response


def _endpoint(collector: Collector, method: str) -> Callable[[Request], Awaitable[Response]]:
    async def endpoint(request: Request) -> Response:
        return await collect(request, collector, method)

    return endpoint


def _preflight(collector: Collector) -> Callable[[Request], Awaitable[Response]]:
    async def preflight(request: Request) -> Response:
        headers = _cors_headers(request, collector.settings.cors_origins)
        if "Access-Control-Allow-Origin" in headers:
            headers |= {
                "Access-Control-Allow-Methods": "POST",
                "Access-Control-Allow-Headers": "authorization, content-type, content-encoding, x-retry-count",
                "Access-Control-Max-Age": str(_PREFLIGHT_SECONDS),
            }
        return Response(status_code=HTTPStatus.NO_CONTENT, headers=headers)

    return preflight


def _cors_headers(request: Request, allowed: tuple[str, ...]) -> dict[str, str]:
    origin = request.headers.get("origin")
    if not allowed or origin is None:
        return {}
    if "*" in allowed:
        return {"Access-Control-Allow-Origin": "*"}
    known = {"Access-Control-Allow-Origin": origin} if origin in allowed else {}
    return {**known, "Vary": "Origin"}
