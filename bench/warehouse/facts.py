"""What one more day costs the facts, on a short and a long history in turn.

`run` measures whole runs, an hour of them, and the facts beside everything else that a run does. Here dbt builds the
facts alone, on one history and right after it on the next: whatever the machine is up to meets both alike. Before each
build the database is out of the system's memory, as on a night after a day on which other things were read.
"""

from __future__ import annotations

import os
import resource
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import median
from typing import Any

from bench.warehouse.builds import SOURCES, Say, build
from bench.warehouse.dataset import Dataset, land_days
from bench.warehouse.targets import Target, facts_target
from bench.warehouse.timings import Timings, read_timings
from bench.warehouse.watch import GB
from shelfwise.settings import Settings

# What says that landed files are taken in comes along, or the next build would take them in again.
FACTS = ["--select", "+fct_*", "+row_accounting", "--exclude", "tag:after_training"]
BLOCK_BYTES = 512  # of getrusage, whatever the disk's are


@dataclass(frozen=True)
class FactsBuild:
    """A build of the facts: dbt's times, and what its process used, which a busy machine does not lengthen much."""

    timings: Timings
    cpu_seconds: float
    read_bytes: int

    @property
    def figures(self) -> dict[str, float]:
        """Return the seconds of the facts' models, the processor's, and the gigabytes read from disk."""
        return {
            "facts_s": self.timings.summed("facts"),
            "cpu_s": self.cpu_seconds,
            "read_gb": self.read_bytes / GB,
        }


@dataclass(frozen=True)
class Round:
    """A build that found nothing new, and one with the next day."""

    days_before: int
    events: int
    no_change: FactsBuild
    extra_day: FactsBuild

    @property
    def net(self) -> dict[str, float]:
        """What the extra day took, without what none takes."""
        return {name: value - self.no_change.figures[name] for name, value in self.extra_day.figures.items()}

    @property
    def dearest(self) -> dict[str, float]:
        """Net seconds of the facts' models, most first."""
        before = {node.name: node.seconds for node in self.no_change.timings.nodes}
        facts = [node for node in self.extra_day.timings.nodes if node.group == "facts"]
        net = {node.name: round(node.seconds - before.get(node.name, 0.0), 3) for node in facts}
        return dict(sorted(net.items(), key=lambda item: -item[1])[:10])

    def as_json(self) -> dict[str, Any]:
        """Return it for facts.json."""
        return {
            "days_before": self.days_before,
            "events": self.events,
            "no_change": rounded(self.no_change.figures),
            "extra_day": rounded(self.extra_day.figures),
            "net": rounded(self.net),
            "dearest": self.dearest,
        }


@dataclass(frozen=True)
class Facts:
    """The rounds of each history, by its days."""

    rounds: dict[int, list[Round]]

    def net(self, figure: str, days: int) -> float:
        """Return the median of a history's rounds."""
        return median(one.net[figure] for one in self.rounds[days])

    @property
    def target(self) -> Target:
        """What the longest history costs beside the shortest."""
        short, long = min(self.rounds), max(self.rounds)
        return facts_target(short, self.net("facts_s", short), long, self.net("facts_s", long))

    def as_json(self) -> dict[str, Any]:
        """Return the content of facts.json."""
        return {
            "facts_increment_s": {str(days): round(self.net("facts_s", days), 3) for days in self.rounds},
            "cpu_increment_s": {str(days): round(self.net("cpu_s", days), 3) for days in self.rounds},
            "read_increment_gb": {str(days): round(self.net("read_gb", days), 3) for days in self.rounds},
            "target": self.target.as_json(),
            "rounds": {str(days): [one.as_json() for one in rounds] for days, rounds in self.rounds.items()},
        }


def measure_facts(
    dataset: Dataset,
    settings_of: Callable[[int], Settings],
    lengths: Sequence[int],
    extra_days: int,
    logs: Path,
    say: Say,
    *,
    cold: bool,
) -> Facts:
    """Measure the histories of these lengths in turn, round by round.

    A history that `settings_of` already has a database of is taken as it is, with the days that landed in it.
    """
    histories = {days: settings_of(days) for days in lengths}
    for days, settings in histories.items():
        if not settings.build_database.is_file():
            say(f"{days} days: building the facts")
            land_days(dataset, range(days), settings)
            settings.build_database.parent.mkdir(parents=True, exist_ok=True)
            build(settings, ["seed"], logs, say)
            build(settings, ["run", "--full-refresh", *FACTS], logs, say)
    rounds: dict[int, list[Round]] = {days: [] for days in lengths}
    for number in range(extra_days):
        for days, settings in histories.items():
            say(f"{days} days: round {number + 1} of {extra_days}")
            landed = landed_days(settings)
            no_change = build_facts(settings, logs, say, cold=cold)
            events = land_days(dataset, range(landed, landed + 1), settings)
            rounds[days].append(Round(landed, events, no_change, build_facts(settings, logs, say, cold=cold)))
    return Facts(rounds)


def build_facts(settings: Settings, logs: Path, say: Say, *, cold: bool) -> FactsBuild:
    """Build the facts of what has landed, and return what it took."""
    if cold:
        leave_memory(settings.build_database)
    before = resource.getrusage(resource.RUSAGE_CHILDREN)
    build(settings, ["run", *FACTS], logs, say)
    after = resource.getrusage(resource.RUSAGE_CHILDREN)
    target = settings.project_dir / "target"
    return FactsBuild(
        timings=read_timings(target / "run_results.json", target / "manifest.json"),
        cpu_seconds=after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime,
        read_bytes=(after.ru_inblock - before.ru_inblock) * BLOCK_BYTES,
    )


def rounded(figures: dict[str, float]) -> dict[str, float]:
    """Return figures for JSON."""
    return {name: round(value, 3) for name, value in figures.items()}


def landed_days(settings: Settings) -> int:
    """Return how many days have landed."""
    return len(list((settings.landing_path / "web" / "events").glob("dt=*")))


def leave_memory(file: Path) -> None:
    """Have the system forget what it keeps in memory of a file, where it can be told to."""
    if hasattr(os, "posix_fadvise"):
        descriptor = os.open(file, os.O_RDWR)
        try:
            os.fsync(descriptor)  # what is not on disk yet cannot be forgotten
            os.posix_fadvise(descriptor, 0, 0, os.POSIX_FADV_DONTNEED)
        finally:
            os.close(descriptor)


def settings_below(folder: Path, settings: Settings) -> Callable[[int], Settings]:
    """Return the function that gives each history a data folder of its own below a folder."""

    def settings_of(days: int) -> Settings:
        return settings.model_copy(update={"data_dir": folder / f"{days}-days", "sources": SOURCES})

    return settings_of
