"""The error that people see: what is wrong and what to do about it."""

from __future__ import annotations


class ShelfwiseError(Exception):
    """Something a person can put right; the command line shows it without a traceback and exits with 1.

    ``remedy`` is a sentence that says what to do next.
    """

    def __init__(self, message: str, *, remedy: str = "") -> None:
        super().__init__(message)
        self.message = message
        self.remedy = remedy

    def __str__(self) -> str:
        return f"{self.message}. {self.remedy}" if self.remedy else self.message
