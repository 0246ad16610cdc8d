"""Moments at which a run is killed, told from outside by what it has left on disk.

A moment that lasts a millisecond (a file between two renames) is met by looking without a pause; where it was missed
all the same, the run is set back and tried again.
"""

from __future__ import annotations

import json
import os
import signal
import subprocess
import time
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path

from fault_shop import TIMEOUT_SECONDS, Shop

Reached = Callable[["Watched"], bool]


@dataclass(frozen=True)
class Watched:
    """A run under way, as its data folder shows it."""

    data: Path
    pid: int
    began: float

    def record(self) -> dict[str, object]:
        """The record of this process's run; empty before there is one."""
        for path in sorted((self.data / "runs").glob("*/run.json"), reverse=True):
            try:
                record: dict[str, object] = json.loads(path.read_bytes())
            except (OSError, ValueError):
                continue
            if record["pid"] == self.pid:
                return record
        return {}

    def step_status(self, step: str) -> str:
        steps = self.record().get("steps", [])
        return next((str(entry["status"]) for entry in steps if entry["name"] == step), "")  # type: ignore[attr-defined]

    def fresh(self, pattern: str) -> list[Path]:
        """What there is by this pattern and was made since the run began."""
        found = []
        for path in self.data.glob(pattern):
            try:
                if path.lstat().st_ctime >= self.began:
                    found.append(path)
            except FileNotFoundError:
                continue
        return found


@dataclass(frozen=True)
class Point:
    """A moment of a step."""

    step: str
    name: str
    reached: Reached
    after_ms: int = 0

    def __str__(self) -> str:
        return f"{self.step}: {self.name}"


def begins(step: str, after_ms: int = 0) -> Point:
    """So many milliseconds after the step's record says that it runs."""
    return Point(step, f"{after_ms} ms after its begin", lambda run: run.step_status(step) == "running", after_ms)


def there(step: str, pattern: str, after_ms: int = 0) -> Point:
    """Once there is a file by this name."""
    return Point(step, f"{pattern} is there", lambda run: bool(run.fresh(pattern)), after_ms)


def said(step: str, pattern: str, lines: int) -> Point:
    """Once a log has so many lines."""

    def reached(run: Watched) -> bool:
        return any(path.read_bytes().count(b"\n") >= lines for path in run.fresh(pattern))

    return Point(step, f"{pattern} has {lines} lines", reached)


def kill_at(shop: Shop, point: Point, *arguments: str) -> bool:
    """Start a run, kill it at this point, and return whether the point was met before the run's end."""
    began = time.time() - 0.01
    run = shop.start("run", *arguments)
    watched = Watched(shop.data, run.pid, began)
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while not point.reached(watched):
        if run.poll() is not None:
            return False
        assert time.monotonic() < deadline, f"{point} never came"
    time.sleep(point.after_ms / 1000)
    if run.poll() is not None:
        return False
    os.kill(run.pid, signal.SIGKILL)
    run.wait(TIMEOUT_SECONDS)
    return True


def kill_child(shop: Shop, run: subprocess.Popen[str], step: str, program: str, after_ms: int) -> None:
    """Kill the program that a step has started, once it has run for so long; the run lives on."""
    watched = Watched(shop.data, run.pid, 0)
    deadline = time.monotonic() + TIMEOUT_SECONDS
    while watched.step_status(step) != "running":
        assert run.poll() is None, f"the run ended before {step}"
        assert time.monotonic() < deadline, f"{step} never began"
        time.sleep(0.02)
    while time.monotonic() < deadline:
        assert run.poll() is None
        if found := [pid for pid in children(run.pid) if program in command_of(pid)]:
            time.sleep(after_ms / 1000)
            os.kill(found[0], signal.SIGKILL)
            return
        time.sleep(0.02)


def children(pid: int) -> list[int]:
    listed = Path(f"/proc/{pid}/task/{pid}/children").read_text().split()
    return [int(child) for child in listed]


def command_of(pid: int) -> str:
    try:
        return Path(f"/proc/{pid}/cmdline").read_bytes().replace(b"\0", b" ").decode()
    except OSError:
        return ""
