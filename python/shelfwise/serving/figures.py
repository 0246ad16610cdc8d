"""Hourly figures of what was answered, as JSON lines to be landed: `figures/<date>/<hour>-<worker>.jsonl`.

A file holds what one process counted within one hour; the sum over files is the shop's. It appears whole, after the
hour or when the process ends, and never changes.
"""

from __future__ import annotations

import json
import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

from shelfwise.files import write_text_atomically
from shelfwise.serving.metrics import BUCKETS, Counts, Key


@dataclass
class HourlyFigures:
    """Writes what `counts` grew by, hour by hour."""

    folder: Path
    counts: Counts
    hour: datetime = field(default_factory=lambda: hour_of(datetime.now(UTC)))
    worker: str = field(default_factory=lambda: f"{os.getpid()}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    written: Counts = field(default_factory=lambda: defaultdict(float))

    def turn(self, now: datetime) -> None:
        """Write the hour that was begun, if it is over."""
        if hour_of(now) > self.hour:
            self.write()
            self.hour = hour_of(now)

    def write(self) -> None:
        """Write what was counted since the last time; nothing where nothing was. An OSError loses nothing."""
        counted = self.counts.copy()
        grown = {key: value - self.written[key] for key, value in counted.items() if value != self.written[key]}
        if not grown:
            return
        folder = self.folder / f"{self.hour:%Y-%m-%d}"
        folder.mkdir(parents=True, exist_ok=True)
        lines = (
            json.dumps({"hour": f"{self.hour:%Y-%m-%dT%H:%M:%SZ}", "worker": self.worker, **line})
            for line in told(grown)
        )
        write_text_atomically(folder / f"{self.hour:%H}-{self.worker}.jsonl", "".join(f"{line}\n" for line in lines))
        self.written = counted


def hour_of(moment: datetime) -> datetime:
    """Return the hour that a time is in."""
    return moment.replace(minute=0, second=0, microsecond=0)


def told(grown: dict[Key, float]) -> Iterator[dict[str, Any]]:
    """Yield a row for each kind of list and each route and status, and the durations of each route."""
    for key, value in sorted(grown.items()):
        match key:
            case ("lists", placement, fallback, variant):
                yield {
                    "figure": "lists", "placement": placement, "fallback": fallback or None,
                    "variant": variant or None, "count": int(value),
                }  # fmt: skip
            case ("requests", route, status):
                yield {"figure": "requests", "route": route, "status": status, "count": int(value)}
            case ("seconds", route):
                slower = [int(grown.get(("bucket", route, str(number)), 0)) for number in range(len(BUCKETS) + 1)]
                yield {
                    "figure": "seconds", "route": route, "count": sum(slower), "sum": round(value, 6),
                    "bucket_ends": list(BUCKETS), "bucket_counts": slower,
                }  # fmt: skip
