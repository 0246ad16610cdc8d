"""Hourly figures of what was answered, landed for the warehouse: `figures/<date>/<process>.parquet`.

A file holds what one process counted on one day, hour by hour; the sum over files is the shop's. It is replaced whole
after each hour, and when the process ends, so that a reader sees complete hours only.
"""

from __future__ import annotations

import os
from collections import defaultdict
from collections.abc import Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import pyarrow as pa
import pyarrow.parquet as pq

from shelfwise.files import write_bytes_atomically
from shelfwise.serving.metrics import BUCKETS, Counts, Key

#: as models/marts/monitoring/_serving__sources.yml says; a test holds the two together
SCHEMA = pa.schema(
    {
        "hour": pa.timestamp("us"),
        "process": pa.string(),
        "figure": pa.string(),
        "placement": pa.string(),
        "fallback": pa.string(),
        "variant": pa.string(),
        "route": pa.string(),
        "status": pa.string(),
        "seconds_up_to": pa.float64(),
        "counted": pa.int64(),
    }
)


@dataclass
class HourlyFigures:
    """Writes what `counts` grew by, hour by hour."""

    folder: Path
    counts: Counts
    hour: datetime = field(default_factory=lambda: hour_of(datetime.now(UTC)))
    process: str = field(default_factory=lambda: f"{os.getpid()}-{datetime.now(UTC):%Y%m%dT%H%M%S%f}")
    counted_before: Counts = field(default_factory=lambda: defaultdict(float))
    rows_of_day: list[dict[str, Any]] = field(default_factory=list)

    def turn(self, now: datetime) -> None:
        """Write the hour that was begun, if it is over."""
        if hour_of(now) > self.hour:
            self.write()
            if now.date() != self.hour.date():
                self.rows_of_day = []
            self.hour = hour_of(now)

    def write(self) -> None:
        """Write what was counted since the last time; nothing where nothing was. An OSError loses nothing."""
        counted = self.counts.copy()
        grown = {
            key: value - self.counted_before[key] for key, value in counted.items() if value != self.counted_before[key]
        }
        if not grown:
            return
        of_hour = {"hour": self.hour.replace(tzinfo=None), "process": self.process}
        rows = [*self.rows_of_day, *({**of_hour, **row} for row in rows_of(grown))]
        buffer = pa.BufferOutputStream()
        pq.write_table(pa.Table.from_pylist(rows, SCHEMA), buffer)
        folder = self.folder / f"{self.hour:%Y-%m-%d}"
        folder.mkdir(parents=True, exist_ok=True)
        write_bytes_atomically(folder / f"{self.process}.parquet", buffer.getvalue().to_pybytes())
        self.rows_of_day, self.counted_before = rows, counted


def hour_of(moment: datetime) -> datetime:
    """Return the hour that a time is in."""
    return moment.replace(minute=0, second=0, microsecond=0)


def rows_of(grown: dict[Key, float]) -> Iterator[dict[str, Any]]:
    """Yield a row for each kind of list, each route and status, and each bucket of a route's durations."""
    for key, value in sorted(grown.items()):
        match key:
            case ("lists", placement, fallback, variant):
                kind = {"placement": placement, "fallback": fallback or None, "variant": variant or None}
                yield {"figure": "lists", **kind, "counted": int(value)}
            case ("requests", route, status):
                yield {"figure": "requests", "route": route, "status": status, "counted": int(value)}
            case ("bucket", route, number):
                end = BUCKETS[int(number)] if int(number) < len(BUCKETS) else None
                yield {"figure": "durations", "route": route, "seconds_up_to": end, "counted": int(value)}
