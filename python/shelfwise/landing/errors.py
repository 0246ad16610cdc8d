"""The error that landing raises for anything a person can mend."""

from __future__ import annotations

import errno
from pathlib import Path

from shelfwise.errors import ShelfwiseError


class LandingError(ShelfwiseError):
    """Input that cannot be landed, or a landing area that cannot be read or written.

    ``problem`` is a sentence without its full stop; ``file``, ``row`` (1-based data row) and ``field`` say where,
    as far as that is known; ``remedy`` says what to do about it.
    """

    def __init__(
        self, problem: str, *, remedy: str, file: str = "", row: int | None = None, field: str | None = None
    ) -> None:
        where = [file] if file else []
        where += [f"row {row}"] if row is not None else []
        where += [f"field {field}"] if field else []
        super().__init__(f"{', '.join(where)}: {problem}" if where else problem, remedy=remedy)
        self.problem = problem
        self.file = file
        self.row = row
        self.field = field


def unreadable(label: str, error: OSError) -> LandingError:
    """Return the error for a file that the system does not let us read."""
    return LandingError(
        f"it cannot be read ({error.strerror or error})",
        file=label,
        remedy="Check that it is a file and that you may read it.",
    )


class LandingAreaError(LandingError):
    """The landing area does not take files, so that trying the next one is of no use."""


def unwritable(path: Path, error: OSError) -> LandingAreaError:
    """Return the error for a landing area that does not take a file; what landed before stays."""
    is_full = error.errno in (errno.ENOSPC, errno.EDQUOT)
    return LandingAreaError(
        "no space is left for it" if is_full else f"it cannot be written ({error.strerror or error})",
        file=str(path),
        remedy=("Free some space" if is_full else "See that you may write there")
        + " and run the same command again: files that have landed are kept and skipped.",
    )
