"""How long each stage of training took."""

from __future__ import annotations

import time
from collections.abc import Callable

Progress = Callable[[str], None]


class Stopwatch:
    """Measures stages and tells each to ``progress`` as it begins."""

    def __init__(self, progress: Progress) -> None:
        self.progress = progress
        self.seconds: dict[str, float] = {}
        self.started = time.monotonic()
        self._stage: tuple[str, float] | None = None

    def stage(self, name: str) -> None:
        """End the stage under way and begin another."""
        now = time.monotonic()
        if self._stage is not None:
            previous, began = self._stage
            self.seconds[previous] = round(now - began, 3)
        self._stage = (name, now)
        self.progress(name)

    def total(self) -> float:
        """Return the seconds since the beginning."""
        return round(time.monotonic() - self.started, 3)
