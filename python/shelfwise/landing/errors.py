"""The one error that landing raises for anything a person can mend."""

from __future__ import annotations


class LandingError(Exception):
    """Input that cannot be landed, or a landing area that cannot be written.

    ``problem`` is a sentence without its full stop; ``file``, ``row`` (1-based data row) and ``field`` say where,
    as far as that is known; ``remedy`` says what to do about it.
    """

    def __init__(
        self,
        problem: str,
        *,
        remedy: str,
        file: str | None = None,
        row: int | None = None,
        field: str | None = None,
    ) -> None:
        self.problem = problem
        self.remedy = remedy
        self.file = file
        self.row = row
        self.field = field
        super().__init__(problem)

    def __str__(self) -> str:
        where = [
            *([self.file] if self.file else []),
            *([f"row {self.row}"] if self.row is not None else []),
            *([f"field {self.field}"] if self.field else []),
        ]
        return f"{', '.join(where)}: {self.problem}. {self.remedy}" if where else f"{self.problem}. {self.remedy}"
