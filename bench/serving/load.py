"""The recommendation API under load."""

from __future__ import annotations

import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from pathlib import Path

from bench.serving.processes import answer_of, free_port, started, wrk
from shelfwise.settings import Settings

SCRIPT = Path(__file__).with_name("requests.lua")


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
        answer = answer_of(f"{self.address}/readyz")
        return str(answer.json()["run_id"]) if answer is not None and answer.is_success else None


@contextmanager
def server(settings: Settings, log: Path) -> Iterator[Server]:
    """Serve these settings' published version for the time of the block."""
    port = free_port()
    environment = {
        **settings.environment(),
        "SHELFWISE_API_PORT": str(port),
        "SHELFWISE_API_WORKERS": str(settings.api_workers),
        # One thread a process: more only get in each other's way.
        "OMP_NUM_THREADS": "1",
        "OPENBLAS_NUM_THREADS": "1",
    }
    running = Server(f"http://127.0.0.1:{port}", 0)
    with started(
        [sys.executable, "-m", "shelfwise.cli", "serve"], environment, log, lambda: bool(running.run_id())
    ) as pid:
        yield replace(running, pid=pid)


def ask(running: Server, paths: Path, connections: int, seconds: float) -> Load:
    """Ask a server for the paths of a file, again and again, over so many connections."""
    return Load(**wrk(running.address, SCRIPT, connections, seconds, arguments=[str(paths)]))
