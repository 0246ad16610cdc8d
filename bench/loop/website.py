"""The website from outside: asks the recommendation API and tells the collector, over HTTP, and keeps the books."""

from __future__ import annotations

import threading
import uuid
from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from http import HTTPStatus
from typing import Any

import httpx

Event = dict[str, Any]


@dataclass
class Books:
    """What was asked and answered. `acknowledged` has how many rows each acknowledged message makes, by its id.

    `asked` counts the lists of each variant.
    """

    requests: int = 0
    errors: int = 0
    events: int = 0
    resent: int = 0
    acknowledged: dict[str, int] = field(default_factory=dict)
    asked: Counter[str] = field(default_factory=Counter)
    problems: Counter[str] = field(default_factory=Counter)


class Website:
    """A client for many shoppers at once.

    `write_key` is the collector's. Messages carry the time at which they were made and none at which they were sent:
    then the collector believes it, so that days can be simulated that have been.
    """

    def __init__(self, client: httpx.Client, write_key: str, source: str) -> None:
        self.books = Books()
        self._client = client
        self._write_key = write_key
        self._source = source
        self._lock = threading.Lock()

    def recommend(self, **query: str | int | None) -> Mapping[str, Any]:
        """Return the API's answer, an empty list where it failed."""
        parameters = {name: value for name, value in query.items() if value not in (None, "")}
        answer = self._request("GET", "/v1/recommendations", params={**parameters, "source": self._source})
        if answer is None:
            return {"recommendation_id": None, "recommendations": []}
        found: Mapping[str, Any] = answer.json()
        with self._lock:
            self.books.asked[found["variant"] or "none"] += 1
        return found

    def send(self, events: Sequence[Event], *, twice: bool = False) -> None:
        """Send a page's events; `twice` as a tracker does that did not hear the answer."""
        body = {"writeKey": self._write_key, "batch": list(events)}
        answers = [self._request("POST", "/v1/batch", json=body) for _ in range(1 + twice)]
        if not any(answers):
            return
        with self._lock:
            self.books.events += len(events)
            self.books.resent += len(events) if twice else 0
            for event in events:
                self.books.acknowledged[event["messageId"]] = rows_of(event)

    def _request(self, method: str, path: str, **options: Any) -> httpx.Response | None:
        try:
            answer = self._client.request(method, path, **options)
            problem = None if answer.status_code == HTTPStatus.OK else f"{answer.status_code} {path}"
            # a batch of which a part was refused is answered with 200, too
            if not problem and method == "POST" and answer.json() != {"success": True}:
                problem = f"rejected {path}: {answer.text[:200]}"
        except httpx.HTTPError as error:
            answer, problem = None, f"{type(error).__name__} {path}"
        with self._lock:
            self.books.requests += 1
            if problem:
                self.books.errors += 1
                self.books.problems[problem] += 1
        return None if problem else answer


def rows_of(event: Event) -> int:
    """Return how many facts the warehouse makes of an event: one, or one for each product of a list or an order."""
    if event.get("event") in ("Order Completed", "Recommendation Viewed"):
        return len(event["properties"]["products"])
    return 1


def message(kind: str, at: datetime, visitor: Mapping[str, Any], name: str | None = None, **properties: Any) -> Event:
    """Return an event as the tracker makes it; `visitor` has its anonymousId, userId and context."""
    told = {"event": name, "properties": properties} if name else {"properties": properties}
    return {"type": kind, "messageId": str(uuid.uuid4()), "timestamp": f"{at.isoformat()}Z", **visitor, **told}
