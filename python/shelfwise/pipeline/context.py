"""What every step is given, and what it gives back."""

from __future__ import annotations

import sys
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.history import RunOptions, RunRecord, run_folder
from shelfwise.pipeline.progress import Reporter
from shelfwise.settings import Settings


@dataclass(frozen=True)
class StepResult:
    """What a step did: rows for the summary, a short detail, and data for later steps."""

    row_count: int | None = None
    detail: str = ""
    data: dict[str, Any] = field(default_factory=dict)


class StepFailedError(ShelfwiseError):
    """A step that did not succeed: ``lines`` show why, ``report`` says where to read more.

    ``attempts`` is how often in all it is worth trying: more than once where it may pass by itself.
    """

    def __init__(
        self,
        message: str,
        *,
        remedy: str = "",
        lines: tuple[str, ...] = (),
        report: Path | None = None,
        resumable: bool = True,
        attempts: int = 1,
    ) -> None:
        super().__init__(message, remedy=remedy)
        self.lines = lines
        self.report = report
        self.resumable = resumable
        self.attempts = attempts


DBT = (str(Path(sys.executable).with_name("dbt")),)
# Lands a source: (settings, options, progress) -> nothing; raises ShelfwiseError when it cannot.
Lander = Callable[[Settings, RunOptions, Callable[[str], None]], None]
# Tells before a run is recorded whether its source can land: (settings, options) -> nothing; raises ShelfwiseError.
LandingCheck = Callable[[Settings, RunOptions], None]


@dataclass(frozen=True)
class Tools:
    """The programs that a run starts and the functions that land its sources."""

    landers: Mapping[str, Lander]
    landing_checks: Mapping[str, LandingCheck] = field(default_factory=dict)
    dbt: tuple[str, ...] = DBT
    gate: tuple[str, ...] = (sys.executable, "-m", "shelfwise.quality")
    train: tuple[str, ...] = (sys.executable, "-m", "shelfwise.recommender")
    forecast: tuple[str, ...] = (sys.executable, "-m", "shelfwise.forecasting")


@dataclass(frozen=True)
class RunContext:
    """A run under way."""

    settings: Settings
    record: RunRecord
    reporter: Reporter
    tools: Tools
    lock: int

    @property
    def folder(self) -> Path:
        """The run's folder."""
        return run_folder(self.settings, self.record.run_id)
