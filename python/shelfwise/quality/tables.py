"""How a suite is written down: one `TableSuite` a table."""

from __future__ import annotations

from dataclasses import dataclass

from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

# An expectation without a severity is an error: Great Expectations calls that critical.
ERROR = FailureSeverity.CRITICAL
WARN = FailureSeverity.WARNING


@dataclass(frozen=True)
class TableSuite:
    """The expectations on one table.

    `keys` are the columns that let a person find a failing row. `relation` is what is queried, where that is not the
    table itself. Each expectation carries its `description` in words and, where it only warns, `severity=WARN`.
    """

    table: str
    owner: str
    keys: tuple[str, ...]
    expectations: tuple[Expectation, ...]
    relation: str = ""

    def __post_init__(self) -> None:
        if missing := [expectation for expectation in self.expectations if not expectation.description]:
            raise ValueError(f"{self.table}: {missing[0].expectation_type} has no description")

    @property
    def queried_relation(self) -> str:
        """The relation that holds the rows."""
        return self.relation or self.table
