"""Counting what is answered: plain numbers by a few labels, none of which grows with traffic."""

from __future__ import annotations

import time
from bisect import bisect_left
from collections import defaultdict
from dataclasses import dataclass, field

from starlette.types import ASGIApp, Message, Receive, Scope, Send

# Upper ends in seconds; what takes longer is in the bucket after the last.
BUCKETS = (0.0005, 0.001, 0.0025, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 1.0)
UNMATCHED = "unmatched"  # no route of ours: paths that somebody makes up make no label

# (what is counted, its labels …)
Key = tuple[str, ...]
Counts = defaultdict[Key, float]


@dataclass
class Metrics:
    """Counts of one process since its start. Only the event loop's thread counts, so nothing is locked.

    Keys: ``("requests", route, status class)``, ``("lists", placement, fallback, variant)``, ``("seconds", route)``
    for the sum of durations and ``("bucket", route, number of its bucket)``.
    """

    counts: Counts = field(default_factory=lambda: defaultdict(float))

    def count_list(self, placement: str, fallback: str | None, variant: str | None) -> None:
        """Count a list that was answered."""
        self.counts["lists", placement, fallback or "", variant or ""] += 1

    def count_request(self, route: str, status: int, seconds: float) -> None:
        """Count a request and how long its answer took."""
        self.counts["requests", route, f"{status // 100}xx"] += 1
        self.counts["bucket", route, str(bisect_left(BUCKETS, seconds))] += 1
        self.counts["seconds", route] += seconds


class Measured:
    """ASGI middleware that counts each request by its route's template."""

    def __init__(self, app: ASGIApp, metrics: Metrics) -> None:
        self._app = app
        self._metrics = metrics

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Pass the request on, and count its answer; one without an answer counts as a fault."""
        if scope["type"] != "http":
            await self._app(scope, receive, send)
            return
        started, status = time.perf_counter(), 500

        async def send_counted(message: Message) -> None:
            nonlocal status
            if message["type"] == "http.response.start":
                status = message["status"]
            await send(message)

        try:
            await self._app(scope, receive, send_counted)
        finally:
            route = getattr(scope.get("route"), "path", UNMATCHED)
            self._metrics.count_request(route, status, time.perf_counter() - started)
