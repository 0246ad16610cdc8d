"""Whether the build database is as this run's own dbt left it: what is audited is what is published."""

from __future__ import annotations

from shelfwise.pipeline.context import RunContext, StepFailedError
from shelfwise.pipeline.history import save_record


def forget_build(context: RunContext) -> None:
    """Call before this run's dbt writes the build database."""
    context.record.build_state = None
    save_record(context.settings, context.record)


def remember_build(context: RunContext) -> None:
    """Call after this run's dbt has written it, well or not."""
    context.record.build_state = build_state(context)
    save_record(context.settings, context.record)


def require_own_build(context: RunContext) -> None:
    """Raise StepFailedError when something else has written the build database since this run's dbt did.

    A dbt by hand between two steps, or before a resume, would otherwise bring rows past the gate.
    """
    remembered = context.record.build_state
    if remembered is not None and remembered != build_state(context):
        raise StepFailedError(
            "the build database was changed by something else since this run built it",
            remedy="Start a new run: `shelfwise run`",
            resumable=False,
        )


def build_state(context: RunContext) -> tuple[int, int] | None:
    """Return the build database's size in bytes and its time of change in nanoseconds; None where there is none."""
    try:
        status = context.settings.build_database.stat()
    except FileNotFoundError:
        return None
    return status.st_size, status.st_mtime_ns
