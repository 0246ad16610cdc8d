"""What a door found: one result per expectation, kept as a line of JSON each."""

from __future__ import annotations

import json
import math
from collections.abc import Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime
from decimal import Decimal
from pathlib import Path
from typing import Any, Literal

from shelfwise.files import write_text_atomically

Severity = Literal["error", "warn"]


@dataclass(frozen=True)
class GateResult:
    """The verdict on one expectation; the fields are the columns of a line of ``gate/<door>.jsonl``."""

    door: str
    table_name: str
    column_name: str | None
    expectation: str
    severity: Severity
    success: bool
    observed_value: str | None
    unexpected_count: int | None
    element_count: int | None
    owner: str
    description: str
    failing_rows: list[dict[str, Any]]
    checked_at: str

    @property
    def stops_the_run(self) -> bool:
        """Whether this result alone keeps a version from being published."""
        return not self.success and self.severity == "error"


@dataclass(frozen=True)
class DoorReport:
    """All results of a door, and how long it took."""

    door: str
    results: tuple[GateResult, ...]
    seconds: float
    path: Path | None = field(default=None, compare=False)

    @property
    def errors(self) -> tuple[GateResult, ...]:
        """Failed expectations that stop the run."""
        return tuple(result for result in self.results if result.stops_the_run)

    @property
    def warnings(self) -> tuple[GateResult, ...]:
        """Failed expectations that let the run go on."""
        return tuple(result for result in self.results if not result.success and result.severity == "warn")

    @property
    def passed(self) -> bool:
        """Whether the run may go on."""
        return not self.errors


def write_results(results: Sequence[GateResult], path: Path) -> None:
    """Replace `path` by one line of JSON per result."""
    path.parent.mkdir(parents=True, exist_ok=True)
    lines = (json.dumps(asdict(result), allow_nan=False) for result in results)
    write_text_atomically(path, "".join(f"{line}\n" for line in lines))


def read_results(path: Path) -> list[GateResult]:
    """Read the lines that `write_results` wrote."""
    with path.open(encoding="utf-8") as lines:
        return [GateResult(**json.loads(line)) for line in lines]


def plain(value: object) -> str | int | float | bool | None:
    """Return a value of the database as JSON can hold it."""
    match value:
        case None | bool() | int() | str():
            return value
        case float() | Decimal() if math.isfinite(value):
            return float(value)
        case datetime():
            return value.isoformat(sep=" ")
    return str(value)
