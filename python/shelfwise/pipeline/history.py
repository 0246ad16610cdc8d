"""What a run did: ``data/runs/<run_id>/run.json``, rewritten whole at every change."""

from __future__ import annotations

import json
import os
import secrets
from contextlib import suppress
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from typing import Any, Literal

from pydantic import BaseModel, Field, ValidationError

from shelfwise.errors import ShelfwiseError
from shelfwise.files import fsync_path, write_text_atomically
from shelfwise.sample_shop.parameters import DEFAULT_DAYS, DEFAULT_UNTIL
from shelfwise.settings import Settings

INTERRUPTED = "interrupted: the process ended before the run did"


class StepRecord(BaseModel):
    """One step of a run; ``data`` is what later steps, or a resumed run, need of it.

    ``attempts`` counts those of resumed runs too; ``retry_reason`` is why the latest but one failed.
    """

    name: str
    status: Literal["pending", "running", "succeeded", "failed"] = "pending"
    started_at: datetime | None = None
    seconds: float | None = None
    attempts: int = 0
    retry_reason: str = ""
    row_count: int | None = None
    detail: str = ""
    data: dict[str, Any] = Field(default_factory=dict)


class RunOptions(BaseModel):
    """What the run was asked for; a resumed run keeps it."""

    days: int = DEFAULT_DAYS
    size: str = "default"
    until: date = DEFAULT_UNTIL
    seed: int = 7
    backfill: tuple[date, date] | None = None


class RunRecord(BaseModel):
    """One run, finished or not."""

    run_id: str
    status: Literal["running", "succeeded", "failed"] = "running"
    pid: int
    started_at: datetime
    finished_at: datetime | None = None
    seconds: float | None = None
    sources: tuple[str, ...]
    options: RunOptions
    failed_step: str | None = None
    message: str = ""
    published: bool = False
    build_state: tuple[int, int] | None = None
    steps: list[StepRecord]

    def step(self, name: str) -> StepRecord:
        """Return a step's record by its name."""
        return next(step for step in self.steps if step.name == name)

    def first_unfinished(self) -> str | None:
        """Return the name of the first step that has not succeeded."""
        return next((step.name for step in self.steps if step.status != "succeeded"), None)

    def step_under_way(self) -> str | None:
        """Return the name of the step that is running, or would be next."""
        running = next((step.name for step in self.steps if step.status == "running"), None)
        return running or self.first_unfinished()

    def mark_failed(self, message: str) -> None:
        """Close the run as failed at its running step, or at its first unfinished one."""
        running = next((step for step in self.steps if step.status == "running"), None)
        if running:
            running.status = "failed"
            running.detail = running.detail or message
            if running.started_at and running.seconds is None:
                running.seconds = seconds_since(running.started_at)
        self.status = "failed"
        self.failed_step = running.name if running else self.first_unfinished()
        self.message = message
        self.finish()

    def reopen(self) -> None:
        """Take the run up again in this process."""
        self.status, self.pid = "running", os.getpid()
        self.failed_step, self.message, self.finished_at = None, "", None

    def finish(self) -> None:
        """Set the end of the run; its seconds are those of its steps: a pause before a resume does not count."""
        self.finished_at = now()
        self.seconds = round(sum(step.seconds or 0.0 for step in self.steps), 3)


def now() -> datetime:
    """Return the time in UTC."""
    return datetime.now(UTC)


def seconds_since(start: datetime) -> float:
    """Return the seconds from ``start`` to now, never negative when the clock was set back."""
    return round(max((now() - start).total_seconds(), 0.0), 3)


def new_run_id(settings: Settings) -> str:
    """Return an id such as ``20261122T161039123Z-ab12``, to the millisecond.

    Ids sort in the order of the runs: where the clock was set back, they go on from the latest there is.
    """
    stamp = stamp_of(now())
    latest = max((path.name for path in settings.runs_path.glob("[0-9]*T*Z-*")), default="")
    if latest[: len(stamp)] >= stamp:
        before = datetime.strptime(latest[: len(stamp) - 1] + "000", "%Y%m%dT%H%M%S%f").replace(tzinfo=UTC)
        stamp = stamp_of(before + timedelta(milliseconds=1))
    return f"{stamp}-{secrets.token_hex(2)}"


def stamp_of(moment: datetime) -> str:
    """Return the part of a run's id that says when it began."""
    return f"{moment:%Y%m%dT%H%M%S}{moment.microsecond // 1000:03d}Z"


def run_folder(settings: Settings, run_id: str) -> Path:
    """Return the folder of a run."""
    return settings.runs_path / run_id


def start_record(
    settings: Settings, *, sources: tuple[str, ...], options: RunOptions, step_names: list[str]
) -> RunRecord:
    """Make a new run's folder and record."""
    record = RunRecord(
        run_id=new_run_id(settings),
        pid=os.getpid(),
        started_at=now(),
        sources=sources,
        options=options,
        steps=[StepRecord(name=name) for name in step_names],
    )
    run_folder(settings, record.run_id).mkdir(parents=True)
    fsync_path(settings.runs_path)
    save_record(settings, record)
    return record


def save_record(settings: Settings, record: RunRecord) -> None:
    """Write a run's record so that a reader, or a resumed run, finds it whole."""
    text = json.dumps(record.model_dump(mode="json"), indent=2) + "\n"
    write_text_atomically(run_folder(settings, record.run_id) / "run.json", text)


def read_records(settings: Settings) -> list[RunRecord]:
    """Return all runs whose record can be understood, oldest first.

    One that the disk has damaged must not keep every later night from running; `shelfwise doctor` tells of it.
    """
    records = []
    for path in sorted(settings.runs_path.glob("*/run.json")):
        with suppress(ShelfwiseError, FileNotFoundError):
            records.append(read_record(path))
    return records


def read_record(path: Path) -> RunRecord:
    """Read one run.json. Raises ShelfwiseError when it cannot be understood."""
    try:
        return RunRecord.model_validate_json(path.read_bytes())
    except ValidationError as error:
        problem = error.errors()[0]
        field = ".".join(str(part) for part in problem["loc"]) or "the file"
        raise ShelfwiseError(
            f"{path} cannot be read as a run's record: {field}: {problem['msg']}",
            remedy=f"Remove {path.parent} if the run is not needed",
        ) from error


def close_interrupted(settings: Settings) -> list[RunRecord]:
    """Mark runs that still say `running` as failed, and return them.

    Call with the run lock held: then no run is alive, and these were killed.
    """
    interrupted = [record for record in read_records(settings) if record.status == "running"]
    for record in interrupted:
        record.mark_failed(INTERRUPTED)
        save_record(settings, record)
    return interrupted
