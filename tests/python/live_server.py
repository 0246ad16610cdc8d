"""The real server over real HTTP, in a thread, on a free port."""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx
import uvicorn
from fastapi import FastAPI

from shelfwise.ports import listen
from shelfwise.serving import create_app
from shelfwise.settings import Settings

WAIT_SECONDS = 20.0


@contextmanager
def serving(settings: Settings) -> Iterator[httpx.Client]:
    """Serve these settings' published version and yield a client of the API."""
    with running(create_app(settings)) as client:
        yield client


@contextmanager
def running(app: FastAPI) -> Iterator[httpx.Client]:
    """Run an application and yield a client of it."""
    server = uvicorn.Server(uvicorn.Config(app, log_config=None, access_log=False))
    with listen("127.0.0.1", 0, variable="") as listener:
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]}, daemon=True)
        thread.start()
        wait_until(lambda: server.started, "the server has started")
        with httpx.Client(base_url=f"http://127.0.0.1:{listener.getsockname()[1]}", timeout=10) as client:
            yield client
        server.should_exit = True
        thread.join(WAIT_SECONDS)


def wait_until(is_so: Callable[[], bool], what: str, seconds: float = WAIT_SECONDS) -> None:
    """Wait until a condition holds, or fail."""
    deadline = time.monotonic() + seconds
    while not is_so():
        assert time.monotonic() < deadline, f"waited {seconds} s until {what}"
        time.sleep(0.02)


def settings_in(folder: Path, **others: Any) -> Settings:
    """Return settings whose data live in a folder."""
    return Settings(project_dir=folder, data_dir=folder / "data", memory_limit="500MB", threads=1, **others)
