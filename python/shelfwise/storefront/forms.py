"""Reading forms that only the shop's own pages may send."""

from __future__ import annotations

from http import HTTPStatus
from urllib.parse import parse_qsl, urlsplit

from fastapi import Request

from shelfwise.web.problems import ProblemError

MOST_BYTES = 10_000
MOST_FIELDS = 20


def is_own(request: Request) -> bool:
    """Return whether a page of this site sent a request, as far as the browser says."""
    if site := request.headers.get("sec-fetch-site"):
        return site in ("same-origin", "none")
    origin = request.headers.get("origin")
    return origin is None or urlsplit(origin).netloc == request.headers.get("host")


async def read_form(request: Request) -> dict[str, str]:
    """Return the fields of a URL-encoded form, the last of equal names.

    Raises ProblemError: 403 when another site's page sent it, 413 when it is too long, 400 when it is no form.
    """
    if not is_own(request):
        raise ProblemError(HTTPStatus.FORBIDDEN, "another site sent this form", "Use the shop's own pages.")
    body = bytearray()
    async for part in request.stream():
        body += part
        if len(body) > MOST_BYTES:
            raise ProblemError(HTTPStatus.REQUEST_ENTITY_TOO_LARGE, "the form is too long", "Send less.")
    try:
        return dict(parse_qsl(body.decode(), keep_blank_values=True, max_num_fields=MOST_FIELDS))
    except ValueError as error:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "the form cannot be read", "Use the shop's own pages.") from error
