"""What holds for the files of every source: they are there, can be read, and have the declared columns."""

from __future__ import annotations

from great_expectations.expectations import core as gxe
from great_expectations.expectations.expectation import Expectation

from shelfwise.landing.declared_tables import SourceTable
from shelfwise.quality.landed import COLUMNS, CONVERSIONS, FILES
from shelfwise.quality.suites.landing.values import in_time
from shelfwise.quality.suites.rules import between, filled, no_rows, unique_together
from shelfwise.quality.tables import WARN, TableSuite

# What finds a landed row again.
KEYS = ("landing_file", "source_row")

LANDING_COMMANDS = {
    "sample_shop": "shelfwise run",
    "online_retail": "shelfwise import online-retail PATH",
    "shop": "shelfwise import shop PATH",
    "rees46": "shelfwise import rees46 PATH",
    "ga4": "shelfwise import ga4 PATH",
    "web": "shelfwise collect",
}


def file_suites(table: SourceTable) -> list[TableSuite]:
    """Return what to expect of the files of a table, whatever is in them."""
    name, owner = table.table, table.owner
    return [
        TableSuite(name, owner, ("landing_file",), _files(table), relation=name + FILES),
        TableSuite(name, owner, ("landing_file", "column_name"), _columns(), relation=name + COLUMNS),
        TableSuite(name, owner, ("column_name", "found_type"), _conversions(), relation=name + CONVERSIONS),
    ]


def provenance() -> tuple[Expectation, ...]:
    """Each row says where it came from, and comes from there once."""
    return (
        filled("source_file", "Every row says which file it came from"),
        filled("source_row", "Every row says which row of its file it was"),
        filled("file_sha256", "Every row says which bytes it came from"),
        filled("loaded_at", "Every row says when it was landed"),
        unique_together(KEYS, "No row of a file landed twice"),
        in_time("loaded_at", "Rows were landed in the past", since="2020-01-01"),
    )


def _files(table: SourceTable) -> tuple[Expectation, ...]:
    command = LANDING_COMMANDS.get(table.source_name, f"shelfwise import files {table.source_name} PATH")
    return (
        gxe.ExpectTableRowCountToBeBetween(
            min_value=0 if table.is_optional else 1,
            description=f"Files have landed; `{command}` lands them, or leave {table.source_name} out",
        ),
        gxe.ExpectColumnValuesToBeNull(
            column="problem",
            description="Every landed file can be read; remove one that cannot and import its source again",
        ),
        *(() if table.is_optional else _with_rows(table)),
    )


def _with_rows(table: SourceTable) -> tuple[Expectation, ...]:
    """Only a table that may stay without files has empty ones: no line was rejected of a file that corrects another."""
    return (
        no_rows(
            f"select count(*) as file_count from {table.table}{FILES} "
            "having count(*) > 0 and sum(coalesce(row_count, 0)) = 0",
            "The landed files hold rows",
        ),
        gxe.ExpectColumnValuesToBeBetween(
            column="row_count", min_value=1, severity=WARN, description="No landed file is empty"
        ),
    )


def _columns() -> tuple[Expectation, ...]:
    return (
        filled(
            "found_type", "Every file has every declared column; a renamed one is missing here and undeclared below"
        ),
        filled(
            "declared_type",
            "Every column of the files is declared in the source's yml; others are not read",
            severity=WARN,
        ),
    )


def _conversions() -> tuple[Expectation, ...]:
    return (between("unconvertible_count", 0, 0, "Values that landed in another type convert to the declared one"),)
