"""One run at a time."""

from __future__ import annotations

import os
import time
from collections.abc import Iterator
from contextlib import contextmanager

from shelfwise.errors import ShelfwiseError
from shelfwise.locks import LockHeldError, exclusive_lock, is_alive
from shelfwise.pipeline.history import now
from shelfwise.settings import Settings

ORPHAN_SECONDS = 10.0


@contextmanager
def run_lock(settings: Settings, command: str = "shelfwise run") -> Iterator[int]:
    """Hold the run's lock and give its descriptor, for child processes to inherit.

    Raises ShelfwiseError that says who holds it. When that process was killed, its child is about to end: wait for it.
    """
    path = settings.data_path / "run.lock"
    holder = f"{os.getpid()} ({command}, since {now():%Y-%m-%d %H:%M:%S} UTC)"
    deadline = time.monotonic() + ORPHAN_SECONDS
    while True:
        try:
            with exclusive_lock(path, holder=holder) as stream:
                yield stream.fileno()
                return
        except LockHeldError as error:
            pid = error.holder.split(" ")[0]
            # an unwritten id counts as alive: its owner is just starting
            if not pid.isdigit() or is_alive(int(pid)):
                raise ShelfwiseError(
                    f"another run is in progress: process {error.holder}",
                    remedy="Wait until it ends, or end it, and try again",
                ) from error
            if time.monotonic() > deadline:
                raise ShelfwiseError(
                    f"process {error.holder} was killed, but a child of it still runs and holds {path}",
                    remedy=f"Wait until it ends, or find it with `fuser {path}` and end it",
                ) from error
            time.sleep(0.1)
