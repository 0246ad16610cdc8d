"""The run: every step in its order, recorded, resumable, and visible in operations.duckdb however it ends."""

from __future__ import annotations

import signal
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from datetime import date
from types import FrameType

from pydantic import ValidationError
from rich.console import Console
from rich.markup import escape

from shelfwise.data_folder import require_data_folder
from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.alerting import alert_of_run, failed_lines
from shelfwise.pipeline.context import RunContext, Tools
from shelfwise.pipeline.failures import as_failure
from shelfwise.pipeline.forgetting.forget import finish_interrupted
from shelfwise.pipeline.history import (
    RunOptions,
    RunRecord,
    close_interrupted,
    now,
    read_records,
    save_record,
    start_record,
)
from shelfwise.pipeline.land import (
    LANDING_CHECKS,
    default_sources,
    landed_sample_shop,
    landers,
    landing_fingerprint,
)
from shelfwise.pipeline.lock import run_lock
from shelfwise.pipeline.progress import Reporter
from shelfwise.pipeline.retries import try_step
from shelfwise.pipeline.run_retention import remove_old_runs
from shelfwise.pipeline.steps import STEPS, Step
from shelfwise.pipeline.summary import print_failure, print_stopped, print_summary, write_summary
from shelfwise.settings import Settings
from shelfwise.warehouse.backfill import Span, files_of, told
from shelfwise.warehouse.operations import refresh_operations
from shelfwise.warehouse.published import resolve_current


def run_pipeline(
    settings: Settings,
    *,
    sources: Sequence[str] = (),
    days: int | None = None,
    size: str | None = None,
    until: date | None = None,
    resume: bool = False,
    backfill: Span | None = None,
    only: str | None = None,
    console: Console | None = None,
    tools: Tools | None = None,
    steps: Sequence[Step] = STEPS,
) -> RunRecord:
    """Run the pipeline, or go on with the last unfinished run, and return its record; see `Span` for a ``backfill``.

    An orchestrator asks for one step at a time, ``only``: the first begins a run, another goes on with it. In between
    the run is ``running`` and the lock is free; a run that somebody starts meanwhile ends this one as interrupted.
    A failed run is a record with status ``failed``, not an exception: it was shown, and stands in operations.duckdb.
    Raises ShelfwiseError when no run could start, and KeyboardInterrupt, once that is recorded, when it was stopped.
    """
    require_data_folder(settings)
    settings = with_sources(settings, tuple(sources) or settings.sources or default_sources(settings))
    reporter = Reporter(console or Console())
    tools = tools or Tools(landers(settings), LANDING_CHECKS)
    with run_lock(settings) as lock, stoppable():
        resume = resume or only not in (None, steps[0].name)
        for interrupted in () if only and resume else close_interrupted(settings):
            reporter.line(f"Run {interrupted.run_id} was interrupted at {interrupted.failed_step}.", style="yellow")
        if finish_interrupted(settings, reporter.progress):
            reporter.line("An erasure that was interrupted has been finished.", style="yellow")
        if resume:
            record = record_to_resume(settings, given=tuple(sources))
            require_next(record, only)
            settings = with_sources(settings, record.sources)
            record.reopen()
            if not only:
                reporter.line(resuming_line(record))
            save_record(settings, record)
        else:
            options = options_asked(settings, days, size, until)
            for source in settings.sources:
                if check := tools.landing_checks.get(source):
                    check(settings, options)
            if backfill:
                reporter.line(told(backfill, files_of(settings, backfill)))
                options = options.model_copy(update={"backfill": (backfill.first, backfill.last)})
            names = [step.name for step in steps]
            record = start_record(settings, sources=settings.sources, options=options, step_names=names)
        for source in left_out(settings, record.sources):
            reporter.line(f"{source} is in the published version and will not be in this one", style="yellow")
        reporter.line(f"[bold]Run {record.run_id}[/bold]  sources: {', '.join(record.sources)}")
        context = RunContext(settings, record, reporter, tools, lock)
        try:
            refresh_operations(settings)
            run_steps(context, steps, only)
        except KeyboardInterrupt:
            print_stopped(context)
            raise
        finally:
            save_record(settings, record)
            summary = write_summary(context)
            sweep(context)
            refresh_operations(settings)
            if record.status != "running":  # an orchestrator takes the steps one by one
                for line in failed_lines(alert_of_run(settings, record)):
                    reporter.line(escape(line), style="yellow")
    if record.status != "running":
        print_summary(context, summary, steps)
    return record


def sweep(context: RunContext) -> None:
    """Remove what the settings say is too old of earlier runs; that it stays is no reason for a run to fail."""
    try:
        remove_old_runs(context.settings)
    except OSError as error:
        context.reporter.line(f"Old runs stay: {escape(str(error))}; `shelfwise doctor` says more.", style="yellow")


def run_steps(context: RunContext, steps: Sequence[Step], only: str | None = None) -> None:
    """Run the steps that have not succeeded, or the next one ``only``; stop at the first that fails and record why.

    Raises KeyboardInterrupt, recorded, when the run was stopped from outside.
    """
    record = context.record
    for position, step in enumerate(steps, 1):
        if record.step(step.name).status == "succeeded":
            continue
        try:
            run_step(context, step, position, len(steps))
        except KeyboardInterrupt as stop:
            record.mark_failed(f"stopped by {stop.args[0] if stop.args else 'Ctrl-C'}")
            raise
        except Exception as error:
            failure = as_failure(context, error)
            record.mark_failed(failure.message)
            failed = record.step(step.name)
            context.reporter.done("FAILED", failed.seconds or 0.0, style="red")
            print_failure(context, failure)
            return
        if step.name == only and step != steps[-1]:
            return
    record.status = "succeeded"
    record.finish()


def run_step(context: RunContext, step: Step, position: int, total: int) -> None:
    """Run one step, again where that may help, and record what it did."""
    state = context.record.step(step.name)
    state.status, state.started_at, state.seconds, state.detail = "running", now(), None, ""
    save_record(context.settings, context.record)
    start = time.monotonic()
    with context.reporter.step(f"[{position}/{total}] {step.title}"):
        try:
            result = try_step(context, step)
        finally:
            state.seconds = round(time.monotonic() - start, 3)
    state.status, state.row_count, state.detail, state.data = "succeeded", result.row_count, result.detail, result.data
    save_record(context.settings, context.record)
    context.reporter.done(result.detail, state.seconds)


def record_to_resume(settings: Settings, *, given: tuple[str, ...]) -> RunRecord:
    """Return the last run, if it can go on.

    Raises ShelfwiseError when there is none, it has succeeded, other sources are asked for, or landing has changed.
    """
    records = read_records(settings)
    if not records or records[-1].status == "succeeded":
        why = f"the last run ({records[-1].run_id}) succeeded" if records else "there has been no run"
        raise ShelfwiseError(f"nothing to resume: {why}", remedy="Start a new one: `shelfwise run`")
    record = records[-1]
    if given and set(given) != set(record.sources):
        raise ShelfwiseError(
            f"run {record.run_id} is of {', '.join(record.sources)}, not of {', '.join(given)}",
            remedy="Leave --source away to resume it, or --resume to start a new run",
        )
    landed = record.step("land")
    if landed.status == "succeeded" and landed.data["fingerprint"] != landing_fingerprint(settings, record.sources):
        raise ShelfwiseError(
            f"landing has changed since run {record.run_id} landed, so its finished steps no longer hold",
            remedy="Start a new run: `shelfwise run`",
        )
    return record


def require_next(record: RunRecord, only: str | None) -> None:
    """Raise ShelfwiseError when a step is asked for alone and is not the run's next one."""
    if only and only != record.first_unfinished():
        raise ShelfwiseError(
            f"{only} is not the next step of run {record.run_id}, which is {record.first_unfinished()}",
            remedy="Start from the first step, or go on at the next one",
        )


def options_asked(settings: Settings, days: int | None, size: str | None, until: date | None) -> RunOptions:
    """Return the options of a new run; for None those of the sample shop that has landed, else defaults.

    Raises ShelfwiseError for options of the sample shop in a run without it.
    """
    asked = {"days": days, "size": size, "until": until}
    given = {name: value for name, value in asked.items() if value is not None}
    if "sample_shop" not in settings.sources:
        if given:
            raise ShelfwiseError(
                f"--days, --size and --until are of the sample shop, and this run is of {', '.join(settings.sources)}",
                remedy="Leave them away, or add `--source sample_shop`",
            )
        return RunOptions(seed=settings.seed)
    return RunOptions.model_validate(landed_sample_shop(settings) | given | {"seed": settings.seed})


def resuming_line(record: RunRecord) -> str:
    """Return how far the run that goes on had come."""
    done = sum(step.status == "succeeded" for step in record.steps)
    if done < 2:
        return f"Resuming, {'step 1 is' if done else 'no step is'} done"
    return f"Resuming, steps 1–{done} are done"  # noqa: RUF001  a range takes an en dash


def left_out(settings: Settings, sources: Sequence[str]) -> list[str]:
    """Return the sources of the version published now that a run of ``sources`` would leave out."""
    try:
        published = resolve_current(settings).manifest.row_counts.landing
    except ShelfwiseError:  # there is none, or it is damaged and about to be replaced
        return []
    return sorted(source for source, row_count in published.items() if row_count and source not in sources)


def with_sources(settings: Settings, sources: tuple[str, ...]) -> Settings:
    """Return the settings with these sources on. Raises ShelfwiseError for an unknown one."""
    try:
        return Settings(**{**settings.model_dump(), "sources": sources})
    except ValidationError as error:
        message = error.errors()[0]["msg"].removeprefix("Value error, ")
        raise ShelfwiseError(message, remedy="`shelfwise run --source NAME`, repeated for several") from error


@contextmanager
def stoppable() -> Iterator[None]:
    """Let SIGTERM and SIGHUP stop a run as Ctrl-C does: recorded, its children ended."""

    def stop(number: int, _frame: FrameType | None) -> None:
        raise KeyboardInterrupt(signal.Signals(number).name)

    if threading.current_thread() is not threading.main_thread():  # an orchestrator handles signals itself
        yield
        return
    numbers = (signal.SIGTERM, signal.SIGHUP)
    before = [signal.signal(number, stop) for number in numbers]
    try:
        yield
    finally:
        for number, handler in zip(numbers, before, strict=True):
            signal.signal(number, handler)
