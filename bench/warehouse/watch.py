"""What the processes started from here use while something is measured: memory, and space to spill into."""

from __future__ import annotations

import os
import threading
import time
from collections import defaultdict
from pathlib import Path
from types import TracebackType

PROCESSES = Path("/proc")
SECONDS_BETWEEN = 0.2
GB = 1_000_000_000


class Watch:
    """Takes the time, and every 0.2 s the resident memory of all descendants together and the size of a folder.

    Memory that processes share counts in each. Read from /proc: on systems without it, memory stays 0.
    """

    def __init__(self, spill: Path) -> None:
        self.seconds = 0.0
        self.peak_bytes = 0
        self.peak_spill_bytes = 0
        self._spill = spill
        self._over = threading.Event()
        self._sampler = threading.Thread(target=self._sample, daemon=True)

    def __enter__(self) -> Watch:
        """Begin."""
        self._started = time.monotonic()
        self._sampler.start()
        return self

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        """End."""
        self.seconds = time.monotonic() - self._started
        self._over.set()
        self._sampler.join()

    @property
    def peak_gb(self) -> float:
        """Most resident memory at one time."""
        return self.peak_bytes / GB

    @property
    def peak_spill_gb(self) -> float:
        """Most space taken by temporary files at one time."""
        return self.peak_spill_bytes / GB

    def _sample(self) -> None:
        while not self._over.wait(SECONDS_BETWEEN):
            self.peak_bytes = max(self.peak_bytes, descendants_bytes(os.getpid()))
            self.peak_spill_bytes = max(self.peak_spill_bytes, folder_bytes(self._spill))


def descendants_bytes(pid: int) -> int:
    """Return the resident memory of all processes that descend from this one, without itself."""
    children = defaultdict(list)
    resident = {}
    page = os.sysconf("SC_PAGE_SIZE")
    for stat in PROCESSES.glob("[0-9]*/stat"):
        try:
            after_name = stat.read_text().rpartition(")")[2].split()
        except OSError:  # it ended meanwhile
            continue
        child = int(stat.parent.name)
        children[int(after_name[1])].append(child)
        resident[child] = int(after_name[21]) * page
    found, waiting = 0, list(children[pid])
    while waiting:
        child = waiting.pop()
        found += resident[child]
        waiting += children[child]
    return found


def folder_bytes(folder: Path) -> int:
    """Return what the files below a folder take on disk; files and folders may vanish while they are counted."""
    total = 0
    for parent, _, names in os.walk(folder):  # which, unlike rglob, passes over what is gone
        for name in names:
            try:
                total += (Path(parent) / name).stat().st_blocks * 512
            except OSError:
                continue
    return total
