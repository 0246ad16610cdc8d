"""The runs: none left half done, none in the way of the next, none of a time to come."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta

from shelfwise.errors import ShelfwiseError
from shelfwise.locks import is_alive
from shelfwise.pipeline.history import RunRecord, read_record, read_records
from shelfwise.recovery.doctor.finding import Finding, Findings, Patient, modified_at, quoted
from shelfwise.settings import Settings
from shelfwise.warehouse.published import resolve_current
from shelfwise.wording import counted

#: clocks of machines that are kept in time differ by less
TOLERANCE = timedelta(minutes=2)


def check_runs(patient: Patient) -> Findings:
    """Look at every run's record, at the lock, and at the clock."""
    settings = patient.settings
    records = read_records(settings)
    found = (
        *unreadable_records(settings),
        *orphan(patient.holder, settings),
        *unfinished(records, patient),
        *clock_set_back(records, patient),
    )
    last = f", last {records[-1].run_id} {records[-1].status}" if records else ""
    return Findings(f"{counted(len(records), 'run')}{last}", found)


def unreadable_records(settings: Settings) -> Iterator[Finding]:
    """Give records that cannot be understood: runs go on without them, and the history lacks them."""
    for path in sorted(settings.runs_path.glob("*/run.json")):
        try:
            read_record(path)
        except ShelfwiseError as error:
            yield Finding(
                error.message,
                f"mkdir -p {quoted(settings.data_path / 'damaged')} && "
                f"mv {quoted(path.parent)} {quoted(settings.data_path / 'damaged')} && shelfwise run",
                since=modified_at(path),
            )


def orphan(holder: str | None, settings: Settings) -> Iterator[Finding]:
    """Say when a run is dead and a child of it still holds its lock."""
    pid = (holder or "").split(" ")[0]
    if pid.isdigit() and not is_alive(int(pid)):
        lock = settings.data_path / "run.lock"
        yield Finding(
            f"process {holder} is dead, but a child of it still holds {lock}, so that no run can start",
            f"fuser -v {quoted(lock)}",
            since=modified_at(lock),
            hint="names it; end it with `kill PID`",
        )


def unfinished(records: list[RunRecord], patient: Patient) -> Iterator[Finding]:
    """Say when the last run did not come to its end."""
    if not records or patient.holder:
        return
    last = records[-1]
    if last.status == "running":
        step = last.step_under_way()
        yield Finding(
            f"run {last.run_id} was interrupted at {step}: its process is gone",
            "shelfwise run --resume",
            since=last.started_at,
            hint="goes on at this step; `shelfwise run` begins anew",
        )
    elif last.status == "failed":
        folder = patient.settings.runs_path / last.run_id
        yield Finding(
            f"run {last.run_id} failed at {last.failed_step}: {last.message}",
            "shelfwise run --resume",
            since=last.finished_at,
            hint=f"after a look into {folder}; `shelfwise run` begins anew",
        )


def clock_set_back(records: list[RunRecord], patient: Patient) -> Iterator[Finding]:
    """Say when a run or the published version is of a time that has not come."""
    moments = {f"run {record.run_id} started": record.started_at for record in records}
    try:
        current = resolve_current(patient.settings)
        moments[f"version {current.run_id} was published"] = current.manifest.published_at
    except (ShelfwiseError, OSError):  # there is none, or another check tells of it
        pass
    if not moments:
        return
    what, latest = max(moments.items(), key=lambda item: item[1])
    if latest > patient.now + TOLERANCE:
        yield Finding(
            f"{what} at {latest:%Y-%m-%d %H:%M} UTC, and now it is {patient.now:%Y-%m-%d %H:%M}: "
            "the clock was set back, or was ahead then",
            "timedatectl set-ntp true",
            since=latest,
            hint="runs go on from the later time, so that none is taken for an old one",
        )
