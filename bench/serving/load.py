"""The server as a process of its own, and wrk beside it."""

from __future__ import annotations

import json
import os
import shutil
import signal
import socket
import subprocess
import sys
import time
import urllib.error
import urllib.request
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from importlib.resources import files
from pathlib import Path

from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings

SERVE = "from shelfwise.website import run_website; from shelfwise.settings import Settings; run_website(Settings())"
START_SECONDS = 120


@dataclass(frozen=True)
class Load:
    """What wrk found: requests a second, failed ones, and latencies in milliseconds."""

    requests: int
    seconds: float
    errors: int
    p50_ms: float
    p99_ms: float
    p99_5_ms: float
    max_ms: float

    @property
    def rps(self) -> float:
        """Requests a second."""
        return self.requests / self.seconds


@dataclass(frozen=True)
class Server:
    """A running server."""

    address: str
    pid: int

    def memory_mb(self) -> float:
        """Return the resident memory of its processes together."""
        pages = sum(int(Path(f"/proc/{pid}/statm").read_text().split()[1]) for pid in self.processes())
        return pages * 4096 / 1e6

    def cpu_seconds(self) -> float:
        """Return the processor time of its processes so far: what the machine does besides does not change it."""
        ticks = 0
        for pid in self.processes():
            fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
            ticks += int(fields[11]) + int(fields[12])  # in user mode, in the kernel
        return ticks / os.sysconf("SC_CLK_TCK")

    def processes(self) -> list[int]:
        """Return the server's process and those it started."""
        children = Path(f"/proc/{self.pid}/task/{self.pid}/children").read_text().split()
        return [self.pid, *map(int, children)]

    def run_id(self) -> str | None:
        """Return the version it serves; None while it is not ready."""
        try:
            with urllib.request.urlopen(f"{self.address}/readyz", timeout=10) as answer:  # noqa: S310  our own server
                return str(json.load(answer)["run_id"])
        except (OSError, urllib.error.HTTPError):
            return None


@contextmanager
def server(settings: Settings, log: Path) -> Iterator[Server]:
    """Serve these settings' published version for the time of the block."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    environment = {
        **settings.environment(),
        "SHELFWISE_API_PORT": str(port),
        "SHELFWISE_API_WORKERS": str(settings.api_workers),
        # One thread a process: more only get in each other's way.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    with log.open("w") as stream:
        process = subprocess.Popen([sys.executable, "-c", SERVE], env=environment, stdout=stream, stderr=stream)
        try:
            running = Server(f"http://127.0.0.1:{port}", process.pid)
            deadline = time.monotonic() + START_SECONDS
            while running.run_id() is None:
                if process.poll() is not None or time.monotonic() > deadline:
                    raise ShelfwiseError("the server did not start", remedy=f"{log} says why")
                time.sleep(0.1)
            yield running
        finally:
            process.send_signal(signal.SIGTERM)
            process.wait()


def wrk(running: Server, paths: Path, connections: int, seconds: float) -> Load:
    """Ask a server for the paths of a file, again and again, over so many connections."""
    command = shutil.which("wrk")
    if command is None:
        raise ShelfwiseError("wrk is not installed", remedy="`apt-get install wrk`, or your system's package of it")
    script = str(files("bench.serving").joinpath("requests.lua"))
    told = subprocess.run(
        [
            *(command, "-t1", f"-c{connections}", f"-d{seconds:.0f}s", "--timeout", "10s", "-s", script),
            *(running.address, "--", str(paths)),
        ],
        capture_output=True,
        text=True,
        check=False,
        env={**os.environ, "LC_ALL": "C"},
    )
    found = [line.removeprefix("FOUND ") for line in told.stdout.splitlines() if line.startswith("FOUND ")]
    if told.returncode != 0 or not found:
        raise ShelfwiseError(f"wrk failed: {told.stderr or told.stdout}", remedy="Run it by hand")
    return Load(**json.loads(found[0]))
