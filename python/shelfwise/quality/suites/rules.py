"""Short names for the expectations that the suites are made of."""

from __future__ import annotations

from collections.abc import Sequence

from great_expectations.expectations import core as gxe
from great_expectations.expectations.expectation import Expectation
from great_expectations.expectations.metadata_types import FailureSeverity

from shelfwise.quality.expectations import ExpectColumnValuesToSatisfy, ExpectNoRows
from shelfwise.quality.tables import ERROR


def filled(column: str, description: str, *, share: float = 1.0, severity: FailureSeverity = ERROR) -> Expectation:
    """At least `share` of the rows have a value."""
    return gxe.ExpectColumnValuesToNotBeNull(column=column, mostly=share, severity=severity, description=description)


def unique(column: str, description: str) -> Expectation:
    """No value comes twice."""
    return gxe.ExpectColumnValuesToBeUnique(column=column, description=description)


def unique_together(columns: Sequence[str], description: str) -> Expectation:
    """No combination of values comes twice."""
    return gxe.ExpectCompoundColumnsToBeUnique(column_list=list(columns), description=description)


def one_of(
    column: str, values: Sequence[str], description: str, *, share: float = 1.0, severity: FailureSeverity = ERROR
) -> Expectation:
    """At least `share` of the values that are there are among `values`."""
    return gxe.ExpectColumnValuesToBeInSet(
        column=column, value_set=list(values), mostly=share, severity=severity, description=description
    )


def at_least(column: str, least: float, description: str) -> Expectation:
    """No value that is there is smaller than `least`."""
    return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=least, description=description)


def between(column: str, least: float, most: float, description: str) -> Expectation:
    """Every value that is there lies between two bounds, which count as inside."""
    return gxe.ExpectColumnValuesToBeBetween(column=column, min_value=least, max_value=most, description=description)


def satisfies(
    column: str, condition: str, description: str, *, share: float = 1.0, severity: FailureSeverity = ERROR
) -> Expectation:
    """At least `share` of the rows with a value in `column` satisfy a SQL condition."""
    return ExpectColumnValuesToSatisfy(
        column=column, condition=condition, mostly=share, severity=severity, description=description
    )


def no_rows(query: str, description: str, *, severity: FailureSeverity = ERROR) -> Expectation:
    """A query over the table, and others beside it, returns nothing; what it returns is shown as failing rows."""
    return ExpectNoRows(query=query, severity=severity, description=description)
