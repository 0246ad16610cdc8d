"""What was measured, as tables on the screen and as JSON."""

from __future__ import annotations

import os
import platform
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from importlib.metadata import version
from pathlib import Path
from typing import Any

from rich.console import Console
from rich.table import Table

from bench.warehouse.builds import FullBuild
from bench.warehouse.facts import Facts
from bench.warehouse.histories import PARTS, History
from bench.warehouse.peers import Peer
from bench.warehouse.targets import Target, history_targets, plain_target
from shelfwise.settings import Settings

LIBRARIES = ("dbt-core", "dbt-duckdb", "duckdb", "polars", "shelfwise")


@dataclass(frozen=True)
class Results:
    """All that one invocation measured: a full build, perhaps its peers, perhaps histories."""

    settings: Settings
    seed: int
    events_per_day: int
    events: int
    full: FullBuild
    peers: dict[str, Peer] = field(default_factory=dict)
    histories: Sequence[History] = ()
    started_at: datetime = field(default_factory=lambda: datetime.now(UTC))

    @property
    def targets(self) -> list[Target]:
        """What can be judged by it."""
        judged = [plain_target(self.full.seconds, self.peers["plain"].seconds)] if self.peers else []
        return judged + (history_targets(self.histories) if len(self.histories) > 1 else [])

    @property
    def peak_gb(self) -> float:
        """Most memory that any build or run took."""
        builds = [self.full, *(history.full for history in self.histories)]
        runs = [
            run for history in self.histories for run in (history.first_run, history.no_change, *history.extra_days)
        ]
        return max([build.peak_gb for build in builds] + [run.peak_gb for run in runs])

    def as_json(self) -> dict[str, Any]:
        """Return the content of warehouse.json. Times are wall seconds unless bench/README.md says otherwise."""
        found: dict[str, Any] = {"events": self.events, "full_build_s": round(self.full.seconds, 2)}
        for name, peer in self.peers.items():
            found[{"plain": "plain_script_s"}.get(name, f"{name}_s")] = round(peer.seconds, 2)
            found[f"ratio_{name}"] = round(self.full.seconds / peer.seconds, 3)
        if self.histories:
            found |= {
                "facts_increment_s": {str(one.days): round(one.net("facts"), 3) for one in self.histories},
                "run_increment_s": {str(one.days): round(one.net_run_seconds, 2) for one in self.histories},
                "run_wall_s": {str(one.days): round(one.run_seconds, 2) for one in self.histories},
                "no_change_s": round(self.histories[-1].no_change.seconds, 2),
            }
        return found | {
            "peak_gb": round(self.peak_gb, 2),
            "targets": [target.as_json() for target in self.targets],
            "full_build": self.full.as_json(),
            "peers": {name: peer.as_json() for name, peer in self.peers.items()},
            "histories": [history.as_json() for history in self.histories],
            "settings": {
                "seed": self.seed,
                "events_per_day": self.events_per_day,
                "threads": self.settings.threads,
                "memory_limit": self.settings.memory_limit,
            },
            "machine": machine(),
            "started_at": self.started_at.isoformat(timespec="seconds"),
            "seconds": round((datetime.now(UTC) - self.started_at).total_seconds()),
        }


def machine() -> dict[str, Any]:
    """Return what it was measured on, and with which versions."""
    return {
        "cores": len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count(),
        "processor": processor(),
        "memory_gb": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 1e9, 1),
        "system": f"{platform.system()} {platform.release()} {platform.machine()}",
        "versions": {"python": platform.python_version(), **{name: version(name) for name in LIBRARIES}},
    }


def processor() -> str:
    """Return the processor's name where Linux tells it."""
    info = Path("/proc/cpuinfo")
    lines = info.read_text(encoding="utf-8").splitlines() if info.exists() else []
    names = [line.partition(":")[2].strip() for line in lines if line.startswith("model name")]
    return names[0] if names else platform.processor()


def show(results: Results, console: Console) -> None:
    """Print the tables."""
    console.print(full_build_table(results))
    if results.histories:
        console.print(histories_table(results.histories))
    if results.targets:
        console.print(targets_table(results.targets))


def show_facts(facts: Facts, console: Console) -> None:
    """Print what one more day costs the facts, and the target."""
    table = Table(title="Facts of one more day, net of a build with nothing new", title_justify="left")
    for name in ("days", "events", "seconds, summed", "processor s", "read GB", "dearest models"):
        table.add_column(name, justify="left" if name == "dearest models" else "right")
    for rounds in facts.rounds.values():
        for one in rounds:
            dearest = ", ".join(f"{name} {seconds:.1f}" for name, seconds in list(one.dearest.items())[:3])
            numbers = (f"{one.net[name]:.2f}" for name in ("facts_s", "cpu_s", "read_gb"))
            table.add_row(f"{one.days_before} + 1", f"{one.events:,}", *numbers, dearest)
    console.print(table)
    console.print(targets_table([facts.target]))


def full_build_table(results: Results) -> Table:
    """Return the full build beside its peers."""
    table = Table(title=f"Full build of {results.events:,} events", title_justify="left")
    for name in ("", "seconds", "full build ÷ it", "peak GB", "spilled GB"):
        table.add_column(name, justify="left" if not name else "right")
    full = results.full
    table.add_row("dbt run --full-refresh", f"{full.seconds:.1f}", "", *gigabytes(full))
    for group in ("facts", "marts"):
        table.add_row(f"  {group}, summed", f"{full.timings.summed(group):.1f}", "", "", "")
    for name, peer in results.peers.items():
        times = full.seconds / peer.seconds
        table.add_row(f"{name} script", f"{peer.seconds:.1f}", f"{times:.2f}", *gigabytes(peer))
    return table


def gigabytes(measured: FullBuild | Peer) -> tuple[str, str]:
    """Return memory and temporary space as the table shows them."""
    return f"{measured.peak_gb:.2f}", f"{measured.peak_spill_gb:.2f}"


def histories_table(histories: Sequence[History]) -> Table:
    """Return what one more day costs at each length: parts and wall, both without what a run with nothing new costs."""
    table = Table(title="One more day, net of a run with nothing new (seconds)", title_justify="left")
    columns = ("days", "events", "full build", "first run", "no change", *PARTS, "run, net", "run, wall", "peak GB")
    for name in columns:
        table.add_column(name, justify="right")
    for one in histories:
        table.add_row(
            f"{one.days}",
            f"{one.events:,}",
            f"{one.full.seconds:.1f}",
            f"{one.first_run.seconds:.1f}",
            f"{one.no_change.seconds:.1f}",
            *(f"{one.net(part):.2f}" for part in PARTS),
            f"{one.net_run_seconds:.1f}",
            f"{one.run_seconds:.1f}",
            f"{max(run.peak_gb for run in one.extra_days):.2f}",
        )
    return table


def targets_table(targets: Sequence[Target]) -> Table:
    """Return the targets and whether they were met."""
    table = Table(title="Targets", title_justify="left")
    for name in ("", "found", "at most", ""):
        table.add_column(name, justify="right" if name else "left")
    for target in targets:
        verdict = "[green]met[/green]" if target.met else "[red]missed[/red]"
        table.add_row(target.name, f"{target.value:,.2f}", f"{target.limit:g}", verdict)
    return table
