"""Splitting CSV text into records so that every line is accounted for, also in a damaged file."""

from __future__ import annotations

import csv
from collections import deque
from collections.abc import Iterable, Iterator
from typing import NamedTuple


class Record(NamedTuple):
    """A record and the lines it was read from; ``problem`` is why its values cannot be told, or empty."""

    values: list[str]
    text: str
    problem: str


def read_records(lines: Iterable[str]) -> Iterator[Record]:
    """Yield the records of CSV text (RFC 4180), given as lines with their line ends; blank lines are no records.

    A quote that is never closed would swallow every line after it. So where quoting is broken, only the first line
    of the record is given up, and reading goes on at the line after it. The texts of all records, one after another,
    are the input without its blank lines.
    """
    tape = _Tape(lines)
    reader = csv.reader(tape, strict=True)
    while True:
        tape.taken.clear()
        try:
            values = next(reader)
        except StopIteration:
            return
        except csv.Error as error:
            yield Record([], tape.give_back_all_but_first(), _problem(error))
            continue
        if values:
            yield Record(values, "".join(tape.taken), "")


class _Tape:
    """Lines that remember those taken since the last record and can give them back."""

    def __init__(self, lines: Iterable[str]) -> None:
        self._lines = iter(lines)
        self._given_back: deque[str] = deque()
        self.taken: list[str] = []

    def __iter__(self) -> _Tape:
        return self

    def __next__(self) -> str:
        line = self._given_back.popleft() if self._given_back else next(self._lines)
        self.taken.append(line)
        return line

    def give_back_all_but_first(self) -> str:
        """Return the first line taken; the others will be read again."""
        first, *others = self.taken
        self._given_back.extendleft(reversed(others))
        return first


def _problem(error: csv.Error) -> str:
    """Name what broke; csv tells its errors apart by message only."""
    return "stray_quote" if "expected after" in str(error) else "unclosed_quote"
