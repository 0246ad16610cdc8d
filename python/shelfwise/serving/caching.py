"""Answers that browsers may keep: pictures and the page's own files."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping
from http import HTTPStatus
from importlib.resources import files

from fastapi import APIRouter, Request
from fastapi.responses import Response

from shelfwise.web.problems import ProblemError


def static_router(package: str, path: str, media_types: Mapping[str, str]) -> APIRouter:
    """Return the route, below ``path``, of the files in a package's folder `static`; ``media_types`` names them."""
    router = APIRouter(include_in_schema=False)
    texts = {name: files(package).joinpath("static", name).read_text("utf-8") for name in media_types}

    @router.get(path + "/{name}")
    async def static_file(request: Request, name: str) -> Response:
        if name not in texts:
            raise ProblemError(HTTPStatus.NOT_FOUND, "no such file", "The page's files are linked from the page.")
        return cacheable_response(request, texts[name], media_types[name])

    return router


def cacheable_response(request: Request, content: str, media_type: str) -> Response:
    """Return content that may be kept for an hour, or 304 when the browser has it already."""
    etag = f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
    headers = {"Cache-Control": "public, max-age=3600", "ETag": etag}
    if etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
