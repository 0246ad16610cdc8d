"""Where events wait for landing, and how a run asks the collectors for those of the last seconds."""

from __future__ import annotations

import time
from pathlib import Path

from shelfwise.collector.append_file import is_held
from shelfwise.settings import Settings

SEGMENT_SUFFIX = ".segment"
_POLL_SECONDS = 0.05


def segments_folder(settings: Settings) -> Path:
    """Return the folder of segments; a segment is held by its collector until it is closed."""
    return settings.collector_path / "segments"


def segments(settings: Settings) -> list[Path]:
    """Return the segments, held or not, oldest first."""
    return sorted(segments_folder(settings).glob(f"*{SEGMENT_SUFFIX}"))


class HandoverRequests:
    """What a collector looks at to see whether somebody wants its open files closed."""

    def __init__(self, settings: Settings) -> None:
        self._path = _request_path(settings)
        self._seen = self._latest()

    def any_new(self) -> bool:
        """Return whether there was a request since the last call."""
        before, self._seen = self._seen, self._latest()
        return self._seen != before

    def _latest(self) -> int:
        try:
            return self._path.stat().st_mtime_ns
        except OSError:
            return 0


def ask_for_handover(settings: Settings, *, wait_seconds: float) -> list[Path]:
    """Ask the collectors on this data folder to close their segments, and wait until they have.

    Returns the segments that are held all the same when the time is over; their events land with the next run.
    """
    held = [path for path in segments(settings) if is_held(path)]
    if not held:
        return []
    request = _request_path(settings)
    request.write_text(f"{time.time_ns()}\n", encoding="utf-8")
    deadline = time.monotonic() + wait_seconds
    while held and time.monotonic() < deadline:
        time.sleep(_POLL_SECONDS)
        held = [path for path in held if is_held(path)]
    return held


def _request_path(settings: Settings) -> Path:
    return settings.collector_path / "handover"
