"""Puts questions to workers and takes their answers; keeps one worker ready, as starting one takes half a second."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path

import pyarrow as pa

PROJECT = Path(__file__).resolve().parents[2]
ROW_LIMIT = 100_000
BYTE_LIMIT = 20_000_000
SECONDS = 15
MEMORY = "1GB"
THREADS = 2
AT_ONCE = 2  # questions answered at one time, so that memory is bounded however many people ask
WAIT_SECONDS = 10


class QuestionError(Exception):
    """The question has no answer; the message says why and what to do."""


@dataclass(frozen=True)
class Answer:
    """Rows, whether there were more of them, and how long they took."""

    rows: pa.Table
    is_cut: bool
    seconds: float


def start_worker() -> subprocess.Popen[bytes]:
    """Start a worker that waits for its question. It inherits nothing of the environment, where secrets may stand."""
    return subprocess.Popen(
        [sys.executable, "-m", "dashboards.ask.worker"],
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=PROJECT,
        env={"LC_ALL": "C.UTF-8", "TZ": "UTC"},
        start_new_session=True,
    )


class Desk:
    """Takes questions of all who ask; one for the whole server."""

    def __init__(self) -> None:
        self._places = threading.BoundedSemaphore(AT_ONCE)
        self._lock = threading.Lock()
        self._spare: subprocess.Popen[bytes] | None = start_worker()

    def ask(self, path: str, sql: str, seconds: int = SECONDS) -> Answer:
        """Return the answer to a question about the database file ``path``. Raises QuestionError without one."""
        if not self._places.acquire(timeout=WAIT_SECONDS):
            raise QuestionError("Too many questions are being answered right now: ask again in a moment.")
        worker = self._take()
        try:
            return put(worker, path, sql, seconds)
        finally:
            if worker.poll() is None:
                worker.kill()
            worker.communicate()
            self._places.release()

    def close(self) -> int | None:
        """End the worker that waits; return the id it had."""
        with self._lock:
            worker, self._spare = self._spare, None
        if worker is None:
            return None
        worker.kill()
        worker.communicate()
        return worker.pid

    def _take(self) -> subprocess.Popen[bytes]:
        """Return a worker that is alive, and start the one for the next question."""
        with self._lock:
            worker, self._spare = self._spare, start_worker()
        return worker if worker is not None and worker.poll() is None else start_worker()


def put(worker: subprocess.Popen[bytes], path: str, sql: str, seconds: int) -> Answer:
    """Put a question to a worker and read what it says until the time is up."""
    request = {
        "path": path,
        "sql": sql,
        "seconds": seconds,
        "memory": MEMORY,
        "threads": THREADS,
        "row_limit": ROW_LIMIT,
        "byte_limit": BYTE_LIMIT,
    }
    began = time.monotonic()
    try:
        output, _ = worker.communicate(json.dumps(request).encode() + b"\n", timeout=seconds)
    except subprocess.TimeoutExpired as error:
        raise QuestionError(
            f"No answer within {seconds} seconds: ask for fewer days or rows, or a mart that is summed up already."
        ) from error
    return read(output, time.monotonic() - began)


def read(output: bytes, seconds: float) -> Answer:
    """Return the answer that a worker has written. Raises QuestionError where it has none."""
    head, _, stream = output.partition(b"\n")
    said = json.loads(head) if head else {"status": "memory", "message": ""}
    if said["status"] == "memory":  # or the process was ended for it
        raise QuestionError(f"The question needs more memory than it may have ({MEMORY}): group, or take fewer rows.")
    if said["status"] != "answered":
        raise QuestionError(said["message"])
    with pa.ipc.open_stream(stream) as reader:
        return Answer(reader.read_all(), bool(said["is_cut"]), seconds)
