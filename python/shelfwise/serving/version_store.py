"""The loaded version, and the watcher that swaps in a newer one without a restart."""

from __future__ import annotations

import gc
import logging
import threading
import time
from dataclasses import dataclass
from pathlib import Path

from shelfwise.serving.loading import load_current
from shelfwise.serving.lookups import Lookups
from shelfwise.serving.memory import give_back_memory
from shelfwise.settings import Settings
from shelfwise.warehouse.published import NothingPublishedError, current_link

logger = logging.getLogger(__name__)

CHECK_SECONDS = 1.0
RETRY_SECONDS = 30.0


@dataclass(frozen=True, slots=True)
class Refusal:
    """A published version that could not be loaded, and why."""

    version: str
    reason: str
    refused_at: float  # monotonic seconds

    def is_recent(self) -> bool:
        """Tell whether it is too early to try this version again."""
        return time.monotonic() - self.refused_at < RETRY_SECONDS


class VersionStore:
    """Holds the lookups of the current published version.

    A thread looks where `current` points every `CHECK_SECONDS`. A new version is loaded beside the old one and then
    swapped in by a single assignment; a request takes `lookups` once and keeps that version to its end. A version that
    does not load is logged and tried again after `RETRY_SECONDS`, while the one before it goes on serving.
    """

    def __init__(self, settings: Settings) -> None:
        self._settings = settings
        self._lookups: Lookups | None = None
        self._loaded_from: Path | None = None
        self._refusal: Refusal | None = None
        self._said_missing = False
        self._refusal_count = 0
        self._stopping = threading.Event()
        self._thread = threading.Thread(target=self._watch, name="version-watcher", daemon=True)

    @property
    def lookups(self) -> Lookups | None:
        """The version to answer from; None until one was loaded."""
        return self._lookups

    @property
    def refusal(self) -> Refusal | None:
        """The current published version, when it could not be loaded."""
        return self._refusal

    @property
    def refusal_count(self) -> int:
        """How often a version did not load."""
        return self._refusal_count

    def start(self) -> None:
        """Load what is published, then watch for newer versions until `stop`."""
        self.refresh()
        self._thread.start()

    def stop(self) -> None:
        """Stop watching."""
        self._stopping.set()
        self._thread.join()

    def refresh(self) -> None:
        """Load the current published version, unless it is loaded already or was refused a moment ago."""
        link = current_link(self._settings)
        try:
            folder = link.resolve()
        except (OSError, RuntimeError) as error:  # RuntimeError: the link leads to itself
            if not self._was_refused_lately(link.name):
                self._refuse(link.name, error)
            return
        if folder == self._loaded_from:
            self._refusal = None
        elif not self._was_refused_lately(folder.name):
            self._load(folder)

    def _was_refused_lately(self, version: str) -> bool:
        return self._refusal is not None and self._refusal.version == version and self._refusal.is_recent()

    def _refuse(self, version: str, error: Exception) -> None:
        self._refusal_count += 1
        self._refusal = Refusal(version, f"{type(error).__name__}: {error}", time.monotonic())
        serving = self._loaded_from.name if self._loaded_from else "nothing"
        logger.error("version %s does not load (%s); serving %s", version, self._refusal.reason, serving)

    def _watch(self) -> None:
        served = self._loaded_from
        while not self._stopping.wait(CHECK_SECONDS):
            if served != self._loaded_from:  # the requests that began with the one before it are over
                served = self._loaded_from
                give_back_memory()
            self.refresh()

    def _load(self, folder: Path) -> None:
        started = time.monotonic()
        try:
            version, lookups = load_current(self._settings)
        except NothingPublishedError as error:
            if not self._said_missing:
                logger.warning("%s", error)
            self._said_missing = True
        except Exception as error:  # whatever is wrong with a version, the one before it goes on serving
            self._refuse(folder.name, error)
        else:
            # A version's hundreds of thousands of objects hold no cycles: looking for some would stop requests for it.
            gc.freeze()
            self._lookups, self._loaded_from, self._refusal = lookups, version.path, None
            self._said_missing = False
            logger.info(
                "serving version %s: %d products, %d customers, loaded in %.1f s",
                version.run_id,
                len(lookups.products),
                len(lookups.customer_positions),
                time.monotonic() - started,
            )
