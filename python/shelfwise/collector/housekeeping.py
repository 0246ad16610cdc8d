"""What a collector does beside collecting: land what is closed, and keep the dead letter within its bounds."""

from __future__ import annotations

import logging
import threading

from shelfwise.collector.compaction import compact
from shelfwise.collector.dead_letter_box import DeadLetterBox
from shelfwise.collector.figures import CollectorFigures
from shelfwise.settings import Settings

logger = logging.getLogger(__name__)

#: after a failure, and for what a process that was killed meanwhile has left
_AGAIN_SECONDS = 300.0


class Housekeeper:
    """A thread that works when it is woken, at its start and every few minutes."""

    def __init__(self, settings: Settings, figures: CollectorFigures) -> None:
        self._settings = settings
        self._figures = figures
        self._box = DeadLetterBox(settings)
        self._wanted = threading.Event()
        self._is_stopped = False
        self._thread = threading.Thread(target=self._run, name="collector-housekeeping", daemon=True)

    def start(self) -> None:
        """Begin with what was left from before."""
        self._wanted.set()
        self._thread.start()

    def wake(self) -> None:
        """Say that a file was closed."""
        self._wanted.set()

    def stop(self) -> None:
        """Finish what is being done, begin nothing more, and return."""
        self._is_stopped = True
        self._wanted.set()
        self._thread.join()

    def _run(self) -> None:
        while True:
            self._wanted.wait(_AGAIN_SECONDS)
            self._wanted.clear()
            if self._is_stopped:
                return
            try:
                self._figures.landed_events += compact(self._settings)
                self._figures.dropped_dead_letters += self._box.make_room()
            # Whatever it is, collecting goes on, and nothing is removed that has not landed.
            except OSError as error:
                logger.error("closed segments cannot be landed, and stay: %s", error)
            except Exception:
                logger.exception("closed segments stay where they are, and are landed later")
