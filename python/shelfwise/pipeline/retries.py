"""A step tried again where that may help: after a wait that grows, and with the reason on record."""

from __future__ import annotations

import time

from rich.markup import escape

from shelfwise.pipeline.context import RunContext, StepResult
from shelfwise.pipeline.failures import as_failure
from shelfwise.pipeline.history import save_record
from shelfwise.pipeline.steps import Step

GROWTH = 3  # 5, 15 and 45 seconds by default


def try_step(context: RunContext, step: Step) -> StepResult:
    """Do a step and return its result; again where its error may pass by itself and the step allows it.

    Raises StepFailedError for the last error.
    """
    state, wait, tried = context.record.step(step.name), context.settings.retry_seconds, 0
    while True:
        tried += 1
        state.attempts += 1
        save_record(context.settings, context.record)
        try:
            return step.action(context)
        except Exception as error:
            failure = as_failure(context, error)
            most = min(failure.attempts, step.attempts)
            if tried >= most:
                raise failure from (None if failure is error else error)
            state.retry_reason = failure.message
            context.reporter.line(
                f"{step.title}: {escape(failure.message)}; trying again in {wait:.0f} s ({tried + 1} of {most})",
                style="yellow",
            )
        time.sleep(wait)
        wait *= GROWTH
