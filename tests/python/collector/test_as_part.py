"""The collector as a part of another application, with its shortcut or without."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import pytest
from fastapi import FastAPI
from fastapi.concurrency import run_in_threadpool
from live_collector import collecting, event, message_ids

from shelfwise.collector.collector import Collector
from shelfwise.collector.routes import CollectorPaths, collector_router
from shelfwise.settings import Settings
from shelfwise.web.headers import DEFAULT_HEADERS, SecurityHeaders


@pytest.mark.parametrize("has_shortcut", [True, False])
def test_an_application_takes_events_beside_its_own_pages(settings: Settings, has_shortcut: bool) -> None:
    collector = Collector(settings)

    @asynccontextmanager
    async def lifespan(_: FastAPI) -> AsyncIterator[None]:
        await run_in_threadpool(collector.start)
        yield
        await run_in_threadpool(collector.stop)

    app = FastAPI(lifespan=lifespan)
    app.add_middleware(SecurityHeaders)
    app.include_router(collector_router(collector))
    app.get("/own")(lambda: "page")
    if has_shortcut:
        app.add_middleware(CollectorPaths, collector=collector)

    with collecting(settings, app) as client:
        taken = client.post("/v1/track", json=event())
        refused = client.post("/v1/t", content=b"{")
        assert (taken.status_code, refused.status_code) == (200, 400)
        assert client.get("/own").json() == "page"
        assert client.get("/v1/track").status_code == 405
        for answer in (taken, refused):
            assert {name: answer.headers.get_list(name) for name in DEFAULT_HEADERS} == {
                name: [value] for name, value in DEFAULT_HEADERS.items()
            }
    assert message_ids(settings) == ["m1"]
