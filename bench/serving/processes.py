"""A server as a process of its own, and wrk beside it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import httpx

from shelfwise.errors import ShelfwiseError

START_SECONDS = 120


def free_port() -> int:
    """Return a port that nothing listens on."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        return int(probe.getsockname()[1])


@contextmanager
def started(
    command: Sequence[str], environment: Mapping[str, str], log: Path, is_up: Callable[[], bool]
) -> Iterator[int]:
    """Run a server for the time of the block, and give its process id once it is up.

    Raises ShelfwiseError when it does not start.
    """
    with log.open("w") as stream:
        process = subprocess.Popen(command, env=environment, stdout=stream, stderr=stream)
    try:
        deadline = time.monotonic() + START_SECONDS
        while not is_up():
            if process.poll() is not None or time.monotonic() > deadline:
                raise ShelfwiseError(f"the server did not start: {log.read_text()[-2000:]}")
            time.sleep(0.1)
        yield process.pid
    finally:
        process.send_signal(signal.SIGTERM)
        process.wait()


def answer_of(address: str) -> httpx.Response | None:
    """Return what a server answers; None while it does not."""
    try:
        return httpx.get(address, timeout=10)
    except httpx.TransportError:
        return None


def require_wrk() -> None:
    """Raise ShelfwiseError where there is no wrk."""
    if not shutil.which("wrk"):
        raise ShelfwiseError("there is no wrk", remedy="Install the load generator: apt-get install wrk")


def wrk(
    address: str,
    script: Path,
    connections: int,
    seconds: float,
    *,
    arguments: Sequence[str] = (),
    environment: Mapping[str, str] | None = None,
) -> dict[str, Any]:
    """Load a server from one thread, and return what the script tells in a line `FOUND {…}`.

    Raises ShelfwiseError when it tells nothing.
    """
    require_wrk()
    told = subprocess.run(
        [
            *("wrk", "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "10s", "-s", str(script)),
            *(address, "--", *arguments),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C", **(environment or {})},
    )
    found = [line.removeprefix("FOUND ") for line in told.stdout.splitlines() if line.startswith("FOUND ")]
    if told.returncode != 0 or not found:
        raise ShelfwiseError(f"wrk failed: {told.stderr or told.stdout}", remedy="Run it by hand")
    result: dict[str, Any] = json.loads(found[0])
    return result
