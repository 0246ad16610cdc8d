"""Counts of several processes that answer on one port: each writes its own down, whichever is asked adds them up."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from pathlib import Path

from shelfwise.locks import is_alive
from shelfwise.serving.metrics import Counts

SHARE_SECONDS = 1.0


@dataclass(frozen=True)
class Workers:
    """The folder where the workers of one server share their counts; None for a server of one process."""

    folder: Path | None = None

    def share(self, counts: Counts) -> None:
        """Write this process' counts where the others find them, and remove those of processes that have gone."""
        if self.folder is None:
            return
        self.folder.mkdir(parents=True, exist_ok=True)
        # Not forced to disk: after a crash there is nothing to add up.
        temporary = self.folder / f".{os.getpid()}.tmp"
        temporary.write_text(json.dumps(list(counts.items())), encoding="utf-8")
        os.replace(temporary, self.folder / f"{os.getpid()}.json")
        for path in self._others():
            if not is_alive(int(path.stem)):
                path.unlink(missing_ok=True)

    def leave(self) -> None:
        """Remove what this process shared."""
        if self.folder is not None:
            (self.folder / f"{os.getpid()}.json").unlink(missing_ok=True)

    def with_others(self, own: Counts) -> Counts:
        """Return the sum of this process' counts and what the others wrote last, at most a second or two ago."""
        total = own.copy()
        for path in self._others():
            try:
                rows = json.loads(path.read_bytes())
            except FileNotFoundError:  # it has just left
                continue
            for key, count in rows:
                total[tuple(key)] += count
        return total

    def _others(self) -> list[Path]:
        if self.folder is None:
            return []
        return [path for path in self.folder.glob("[0-9]*.json") if path.stem != str(os.getpid())]
