"""What the nights before let expect, whatever the source.

A failing row names the night, the column, what was observed and between which bounds it was to lie, and the name by
which a person who knows it to be true lets it through once.
"""

from __future__ import annotations

from great_expectations.expectations.expectation import Expectation

from shelfwise.landing.declared_tables import SourceTable
from shelfwise.quality.precedents import PRECEDENTS
from shelfwise.quality.suites.rules import no_rows
from shelfwise.quality.tables import ERROR, WARN, TableSuite

EXPECTED = {
    "row_count": "A night brings about as many rows as the nights before",
    "null_share": "Columns are about as filled as on the nights before",
    "typical_value": "Numbers are about as large as on the nights before",
    "mixture": "Kinds, codes and currencies are mixed about as on the nights before",
    "days_behind": "Times lie about as far back as on the nights before",
    "repeated_share": "Rows say about as much that is new as on the nights before",
}


def precedents_suite(table: SourceTable) -> TableSuite:
    """Return what to expect of the nights of `table` at the door."""
    return TableSuite(
        table.table, table.owner, ("night", "column_name"), _expectations(table), relation=table.table + PRECEDENTS
    )


def _expectations(table: SourceTable) -> tuple[Expectation, ...]:
    return tuple(
        expectation
        for measure, description in EXPECTED.items()
        for expectation in (
            no_rows(
                _outside(table, measure, "error") + " and not is_accepted",
                f"{description}; if this is how it is, run once with SHELFWISE_GATE_ACCEPT set to `accept`",
                severity=ERROR,
            ),
            no_rows(
                f"{_outside(table, measure, 'warn')} and (is_accepted or not ({_is_outside('error')}))",
                description,
                severity=WARN,
            ),
        )
    )


def _outside(table: SourceTable, measure: str, severity: str) -> str:
    return f"""
        select
            night, column_name, round(observed, 4) as observed, round(usual, 4) as usual,
            round({severity}_low, 4) as lowest_accepted, round({severity}_high, 4) as highest_accepted, accept
        from {table.table}{PRECEDENTS}
        where measure = '{measure}' and ({_is_outside(severity)})
    """


def _is_outside(severity: str) -> str:
    return f"observed > {severity}_high or coalesce(observed < {severity}_low, false)"
