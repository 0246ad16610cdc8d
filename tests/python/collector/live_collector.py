"""The real collector over real HTTP, and what it has kept."""

from __future__ import annotations

import json
import os
import signal
import socket
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any, Self

import httpx
import pyarrow.parquet as pq
import uvicorn
from fastapi import FastAPI

from shelfwise.collector.compaction import compact
from shelfwise.collector.dead_letter_box import DeadLetterBox
from shelfwise.collector.dead_letters import DeadLetter
from shelfwise.collector.frames import read_frames
from shelfwise.collector.segments import segments
from shelfwise.collector.server import create_collector_app
from shelfwise.ports import listen
from shelfwise.settings import Settings
from shelfwise.web.bounded_http import BoundedHttp

WAIT_SECONDS = 20.0
KEY = "browser-key"
AUTH = (KEY, "")
COLLECT = "from shelfwise.collector.server import run_collector; from shelfwise.settings import Settings; "
RUN = "run_collector(Settings())"

Event = dict[str, Any]


def settings_in(folder: Path, **changes: Any) -> Settings:
    """Settings of a data folder of its own, one write key for the default shop and one for `uk`."""
    given: Event = {"write_keys": f"{KEY},uk-key:uk", "collector_address_rate": 0, "collector_key_rate": 0} | changes
    return Settings(project_dir=folder, data_dir=folder / "data", memory_limit="500MB", threads=1, **given)


def event(number: object = 1, **changes: Any) -> Event:
    """A product view as SDKs send it."""
    return {
        "type": "track",
        "messageId": f"m{number}",
        "anonymousId": "d1",
        "event": "Product Viewed",
        "timestamp": "2026-03-01T10:15:00Z",
        "properties": {"product_id": "p1", "price": 12.5, "currency": "GBP"},
        "context": {"page": {"url": "https://shop.example/p/1"}, "userAgent": "Mozilla/5.0"},
    } | changes


@contextmanager
def collecting(settings: Settings, app: FastAPI | None = None) -> Iterator[httpx.Client]:
    """Run a collector in a thread and yield a client of it that knows the write key."""
    collector = app or create_collector_app(settings)
    server = uvicorn.Server(uvicorn.Config(collector, http=BoundedHttp, log_config=None, access_log=False))
    with listen("127.0.0.1", 0, variable="") as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started, "the collector has started")
        address = f"http://127.0.0.1:{listener.getsockname()[1]}"
        try:
            with httpx.Client(base_url=address, timeout=WAIT_SECONDS, auth=AUTH) as client:
                yield client
        finally:
            server.should_exit = True
            thread.join(WAIT_SECONDS)
        assert not thread.is_alive()


class CollectorProcess:
    """`shelfwise collect` as a process that may be killed; it does not outlive its block."""

    def __init__(self, settings: Settings, *, launch: str = COLLECT + RUN, **variables: str) -> None:
        with socket.create_server(("127.0.0.1", 0)) as probe:
            self.port = int(probe.getsockname()[1])
        self.address = f"http://127.0.0.1:{self.port}"
        self.log = settings.data_path / f"collector-{self.port}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        with self.log.open("w") as log:
            self._process = subprocess.Popen(
                [sys.executable, "-c", launch],
                env=environment(settings, {"SHELFWISE_COLLECTOR_PORT": str(self.port), **variables}),
                stdout=log,
                stderr=log,
            )

    def __enter__(self) -> Self:
        wait_until(self.is_ready, "the process collects")
        return self

    def __exit__(self, *_: object) -> None:
        self._process.kill()
        self._process.wait()

    def is_ready(self) -> bool:
        assert self._process.poll() is None, self.log.read_text()
        try:
            return httpx.get(f"{self.address}/healthz").status_code == 200
        except httpx.TransportError:
            return False

    @property
    def pid(self) -> int:
        return self._process.pid

    def end(self, how: signal.Signals) -> int:
        self._process.send_signal(how)
        return self._process.wait(WAIT_SECONDS)


def environment(settings: Settings, variables: Mapping[str, str]) -> dict[str, str]:
    """Return the environment of a process with these settings; `environment()` of the settings names no collector's."""
    own = {
        f"SHELFWISE_{name}".upper(): str(getattr(settings, name))
        for name in Settings.model_fields
        if name.startswith("collector_")
    }
    keys = {"SHELFWISE_WRITE_KEYS": settings.write_keys.get_secret_value()}
    return {**os.environ, **settings.environment(), **own, **keys, **variables}


def wait_until(is_so: Callable[[], bool], what: str) -> None:
    """Wait until a condition holds, or fail."""
    deadline = time.monotonic() + WAIT_SECONDS
    while not is_so():
        assert time.monotonic() < deadline, f"waited {WAIT_SECONDS} s until {what}"
        time.sleep(0.02)


def landed(settings: Settings) -> list[Event]:
    """Land what is closed, and return all landed events."""
    compact(settings)
    return [row for path in landed_files(settings) for row in pq.read_table(path, partitioning=None).to_pylist()]


def landed_files(settings: Settings) -> list[Path]:
    return sorted((settings.landing_path / "web" / "events").glob("dt=*/*.parquet"))


def message_ids(settings: Settings) -> list[str]:
    """The message ids of all landed events, sorted, what is closed included."""
    return sorted(row["message_id"] for row in landed(settings))


def letters(settings: Settings) -> list[DeadLetter]:
    return list(DeadLetterBox(settings).letters())


def on_disk(settings: Settings) -> list[Event]:
    """Return the events in segments, open ones included, in the order of their arrival."""
    payloads = [payload for path in segments(settings) for payload in read_frames(path.read_bytes()).payloads]
    return [json.loads(line) for payload in payloads for line in payload.splitlines()]
