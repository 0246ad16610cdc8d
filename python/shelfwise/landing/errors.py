"""The error that landing raises for anything a person can mend."""

from __future__ import annotations

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
