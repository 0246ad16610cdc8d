"""Locks between processes: held by an open file, so that a killed process leaves none behind."""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO


class LockHeldError(Exception):
    """Another process holds the lock; ``holder`` is what it wrote about itself."""

    def __init__(self, holder: str) -> None:
        super().__init__(holder)
        self.holder = holder


def is_alive(pid: int) -> bool:
    """Return whether a process with this id exists."""
    try:
        os.kill(pid, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


@contextmanager
def exclusive_lock(path: Path, *, holder: str, wait: bool = False) -> Iterator[IO[str]]:
    """Hold ``path`` for the time of the block; ``holder`` tells others who has it.

    Raises LockHeldError when another process has it and ``wait`` is false.
    """
    path.parent.mkdir(parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o644), "r+", encoding="utf-8") as stream:
        try:
            fcntl.flock(stream, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError as error:
            raise LockHeldError(stream.read().strip()) from error
        stream.seek(0)
        stream.truncate()
        stream.write(holder + "\n")
        stream.flush()
        yield stream
