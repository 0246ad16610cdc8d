"""What went wrong in a step, as people see it, and whether it may pass by itself.

May pass: a lock that another process holds on the build database, a child that the system killed for want of memory,
a disk or a network folder that stumbled. Never: a verdict of the gate, wrong data, SQL that does not compile. Tried
again these fail again, and each try costs the night minutes.
"""

from __future__ import annotations

import errno
import os
import signal
import traceback
from collections.abc import Iterable

import duckdb

from shelfwise.errors import ShelfwiseError
from shelfwise.pipeline.context import RunContext, StepFailedError
from shelfwise.pipeline.process import Finished
from shelfwise.redaction import without_values

LOCK_WORDS = ("Could not set lock on file", "Conflicting lock is held")
PASSING_ERRORS = frozenset(
    {errno.EIO, errno.EAGAIN, errno.EBUSY, errno.EINTR, errno.ESTALE, errno.ETIMEDOUT, errno.ENOMEM}
)
# In all: a lock goes when somebody closes a window. What was killed for want of memory may well be killed again.
ATTEMPTS_AT_A_LOCK, ATTEMPTS_AT_A_DISK, ATTEMPTS_AFTER_A_KILL = 4, 3, 2


def as_failure(context: RunContext, error: Exception) -> StepFailedError:
    """Return any error of a step as one to show; what nobody foresaw keeps its traceback in the run's folder."""
    if isinstance(error, StepFailedError):
        return error
    if isinstance(error, ShelfwiseError):
        return StepFailedError(error.message, remedy=error.remedy, attempts=attempts_worth(error))
    if "No space left" in str(error):  # the system's words, whether Python, Arrow or DuckDB passes them on
        return StepFailedError(
            f"no space left on the disk of {context.settings.data_path}",
            remedy="Free some: `shelfwise clean` shows what may go, SHELFWISE_KEEP_VERSIONS how many versions stay",
        )
    if isinstance(error, PermissionError):
        return StepFailedError(
            f"{error.filename} may not be read or written", remedy="`shelfwise doctor` says what mends it"
        )
    report = context.folder / "error.log"
    report.write_text("".join(traceback.format_exception(error)), encoding="utf-8")
    return StepFailedError(
        f"{type(error).__name__}: {without_values(str(error))}", report=report, attempts=attempts_worth(error)
    )


def attempts_worth(error: BaseException) -> int:
    """Return how often in all a step that ends in this error may be tried: once where it would only end so again."""
    if isinstance(error, OSError) and error.errno in PASSING_ERRORS:
        return ATTEMPTS_AT_A_DISK
    if isinstance(error, OSError | duckdb.IOException):
        return attempts_by_words([str(error)])
    return attempts_worth(error.__cause__) if error.__cause__ else 1


def attempts_worth_of_child(finished: Finished, said: Iterable[str] = ()) -> int:
    """Return the same for a child process that failed; ``said`` is what it told beside its last lines."""
    if finished.exit_code == -signal.SIGKILL:
        return ATTEMPTS_AFTER_A_KILL
    return attempts_by_words([*said, *finished.stderr])


def attempts_by_words(said: Iterable[str]) -> int:
    """Return the same by what the system, Arrow or DuckDB said."""
    text = "\n".join(said)
    if any(words in text for words in LOCK_WORDS):
        return ATTEMPTS_AT_A_LOCK
    return ATTEMPTS_AT_A_DISK if any(os.strerror(number) in text for number in PASSING_ERRORS) else 1


def how_it_ended(finished: Finished) -> str:
    """Return e.g. ``exit code 1``, or that it was killed, which nobody but the system or an operator does."""
    if finished.exit_code == -signal.SIGKILL:
        return "killed: out of memory, or by hand"
    return f"exit code {finished.exit_code}"
