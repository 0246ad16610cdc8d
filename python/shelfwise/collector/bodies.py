"""Reading a request's body within limits of size, time and memory."""

from __future__ import annotations

import asyncio
import zlib
from http import HTTPStatus
from typing import NoReturn

from fastapi import Request
from starlette.requests import ClientDisconnect

from shelfwise.web.problems import ProblemError

#: a body of half a megabyte takes that long on a connection of 400 kbit/s
BODY_SECONDS = 15
RETRY_SECONDS = 5
_GZIP = 16 + zlib.MAX_WBITS


class Budget:
    """Bytes that all requests together may hold in memory."""

    def __init__(self, most: int) -> None:
        self.held = 0
        self._most = most

    def hold(self, size: int) -> None:
        """Count bytes in. Raises ProblemError when there is no room for them."""
        if self.held + size > self._most:
            raise ProblemError(
                HTTPStatus.SERVICE_UNAVAILABLE,
                "more is being sent than can be written",
                f"Send it again in {RETRY_SECONDS} seconds.",
                {"Retry-After": str(RETRY_SECONDS)},
            )
        self.held += size

    def release(self, size: int) -> None:
        """Count bytes out."""
        self.held -= size


async def read_body(request: Request, budget: Budget, most: int) -> tuple[bytes, int]:
    """Return the body as it was sent and the bytes of it that the budget holds, which the caller releases.

    Raises ProblemError when it is too large, takes too long, or there is no room for it, and ClientDisconnect when its
    sender has gone.
    """
    declared = request.headers.get("content-length", "")
    if declared.isdecimal() and int(declared[:20]) > most:
        _too_large(most)
    parts: list[bytes] = []
    held = 0
    try:
        async with asyncio.timeout(BODY_SECONDS):
            is_complete = False
            while not is_complete:
                message = await request.receive()
                if message["type"] == "http.disconnect":
                    raise ClientDisconnect
                part = message.get("body", b"")
                is_complete = not message.get("more_body", False)
                budget.hold(len(part))
                held += len(part)
                if held > most:
                    _too_large(most)
                parts.append(part)
    except TimeoutError:
        budget.release(held)
        raise ProblemError(
            HTTPStatus.REQUEST_TIMEOUT, f"the body took more than {BODY_SECONDS} seconds", "Send it again."
        ) from None
    except BaseException:
        budget.release(held)
        raise
    return parts[0] if len(parts) == 1 else b"".join(parts), held


def decompressed(body: bytes, encoding: str, most: int) -> bytes:
    """Return a body without its content encoding; never more than `most` bytes are made of it.

    Raises ProblemError for an encoding other than gzip, a body that is not in it, or one that is too large.
    """
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise ProblemError(
            HTTPStatus.UNSUPPORTED_MEDIA_TYPE, "the body's content encoding is not known", "Send it plain or as gzip."
        )
    reader = zlib.decompressobj(_GZIP)
    try:
        plain = reader.decompress(body, most + 1)
    except zlib.error:
        plain = None
    if plain is not None and len(plain) > most:
        _too_large(most)
    if plain is None or not reader.eof or reader.unused_data:
        raise ProblemError(HTTPStatus.BAD_REQUEST, "the body is not the gzip it is said to be", "Compress it again.")
    return plain


def _too_large(most: int) -> NoReturn:
    raise ProblemError(
        HTTPStatus.REQUEST_ENTITY_TOO_LARGE, f"the body is larger than {most:,} bytes", "Send fewer events at a time."
    )
