"""Answers that browsers may keep: pictures and the page's own files."""

from __future__ import annotations

import hashlib
from http import HTTPStatus

from fastapi import Request
from fastapi.responses import Response


def cacheable_response(request: Request, content: str, media_type: str) -> Response:
    """Return content that may be kept for an hour, or 304 when the browser has it already."""
    etag = f'"{hashlib.sha256(content.encode()).hexdigest()[:32]}"'
    headers = {"Cache-Control": "public, max-age=3600", "ETag": etag}
    if etag in request.headers.get("If-None-Match", ""):
        return Response(status_code=HTTPStatus.NOT_MODIFIED, headers=headers)
    return Response(content, media_type=media_type, headers=headers)
