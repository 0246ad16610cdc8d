"""What an import did, file by file, and how to say so."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from shelfwise.landing.errors import LandingError
from shelfwise.wording import counted

Status = Literal["landed", "already_landed", "failed", "not_tried"]


@dataclass(frozen=True)
class FileOutcome:
    """What became of one file. ``file`` is the path as messages show it; ``error`` is set when it failed."""

    file: str
    status: Status
    row_count: int = 0
    rejected_count: int = 0
    notes: tuple[str, ...] = ()
    error: LandingError | None = None


@dataclass(frozen=True)
class ImportResult:
    """What became of every file of an import, in the order of the files; ``left_alone`` are those not looked at."""

    source: str
    outcomes: tuple[FileOutcome, ...]
    left_alone: tuple[str, ...] = ()

    @property
    def files_landed(self) -> int:
        """Files landed now."""
        return self._count("landed")

    @property
    def files_skipped(self) -> int:
        """Files whose bytes had landed before."""
        return self._count("already_landed")

    @property
    def files_failed(self) -> int:
        """Files that are not in landing, each with an error."""
        return self._count("failed")

    @property
    def rows(self) -> int:
        """Whole rows landed now."""
        return sum(outcome.row_count for outcome in self.outcomes)

    @property
    def rejected_rows(self) -> int:
        """Rows landed now as rejected lines, because they could not be told into fields."""
        return sum(outcome.rejected_count for outcome in self.outcomes)

    @property
    def errors(self) -> tuple[LandingError, ...]:
        """Why files failed, in the order of the files."""
        return tuple(outcome.error for outcome in self.outcomes if outcome.error)

    @property
    def succeeded(self) -> bool:
        """Whether every file is in landing now, be it from this import or an earlier one."""
        return all(outcome.status in ("landed", "already_landed") for outcome in self.outcomes)

    def summary(self) -> str:
        """Return what to tell the person who imported, errors aside: a line of totals, then what deserves a look."""
        lines = [self._totals()]
        for outcome in self.outcomes:
            lines += [f"  {outcome.file}: {note}" for note in outcome.notes]
        lines += [f"  {file}: left alone, its name tells no table" for file in self.left_alone]
        return "\n".join(lines)

    def _totals(self) -> str:
        parts = []
        if self.files_landed:
            rejected = f" and {counted(self.rejected_rows, 'rejected line')}" if self.rejected_rows else ""
            parts.append(f"landed {counted(self.files_landed, 'file')} with {counted(self.rows, 'row')}{rejected}")
        if self.files_skipped:
            parts.append(f"{counted(self.files_skipped, 'file')} already landed")
        if self.files_failed:
            parts.append(f"{counted(self.files_failed, 'file')} failed")
        if not_tried := self._count("not_tried"):
            parts.append(f"{counted(not_tried, 'file')} not tried")
        return f"{self.source}: {', '.join(parts)}"

    def _count(self, status: Status) -> int:
        return sum(outcome.status == status for outcome in self.outcomes)
