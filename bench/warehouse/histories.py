"""One more day on a short, a longer and a long history: what does a run cost beyond one that finds nothing new?"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.warehouse.builds import FullBuild, Run, Say, full_build, one_run
from bench.warehouse.dataset import Dataset, land_days
from shelfwise.settings import Settings

PARTS = ("facts", "marts", "tests", "gate", "publish")


@dataclass(frozen=True)
class History:
    """Full build of so many days, the first run on it, one that finds nothing new, and runs with one more day each.

    The first run tests, audits and publishes every row; those that follow may leave out what has been done before.
    """

    days: int
    events: int
    full: FullBuild
    first_run: Run
    no_change: Run
    extra_days: tuple[Run, ...]
    events_of_extra_days: tuple[int, ...]

    @property
    def run_seconds(self) -> float:
        """Wall time of a run with one more day; the median where several were done."""
        return median(run.seconds for run in self.extra_days)

    @property
    def net_run_seconds(self) -> float:
        """The same without what a run costs that finds nothing new."""
        return self.run_seconds - self.no_change.seconds

    def net(self, part: str) -> float:
        """Return the seconds of a part of the run, without those of a run that finds nothing new."""
        return median(run.parts[part] for run in self.extra_days) - self.no_change.parts[part]

    def as_json(self) -> dict[str, Any]:
        """Return it for warehouse.json."""
        return {
            "days": self.days,
            "events": self.events,
            "full_build": self.full.as_json(),
            "first_run": self.first_run.as_json(),
            "no_change": self.no_change.as_json(),
            "extra_days": [
                {"events": events, **run.as_json()}
                for events, run in zip(self.events_of_extra_days, self.extra_days, strict=True)
            ],
            "net_s": {part: round(self.net(part), 3) for part in PARTS},
        }


def measure_histories(
    dataset: Dataset, settings: Settings, lengths: Sequence[int], extra_days: int, logs: Path, say: Say
) -> list[History]:
    """Measure one growing warehouse at each of these lengths; each is built in full, from nothing."""
    return [
        measure_history(dataset, settings, days, extra_days, logs / f"{days}-days", say) for days in sorted(lengths)
    ]


def measure_history(dataset: Dataset, settings: Settings, days: int, extra_days: int, logs: Path, say: Say) -> History:
    """Land so many days, build them in full, run once with nothing new, and then with one more day, and another."""
    say(f"{days} days: full build")
    events = land_days(dataset, range(days), settings)
    full = full_build(settings, logs, say)
    say(f"{days} days: the first run")
    first_run = one_run(settings, logs / "first-run.log")
    say(f"{days} days: a run with nothing new")
    no_change = one_run(settings, logs / "no-change.log")
    runs, landed = [], []
    for day in range(days, days + extra_days):
        say(f"{days} days: a run with day {day + 1}")
        landed.append(land_days(dataset, range(day, day + 1), settings))
        runs.append(one_run(settings, logs / f"day-{day + 1}.log"))
    return History(days, events, full, first_run, no_change, tuple(runs), tuple(landed))
