"""Expectations on values that several sources share."""

from __future__ import annotations

from collections.abc import Sequence

from great_expectations.expectations.expectation import Expectation

from shelfwise.quality.suites.rules import no_rows, satisfies
from shelfwise.quality.tables import ERROR, WARN

# UTF-8 read as Latin-1 or Windows-1252 ("Ã©", "â€™", "Â£"), the replacement character, and control characters.
DAMAGED_TEXT = "[ÃÂ][\\x{80}-\\x{BF}]|â€|\\x{FFFD}|[\\x{00}-\\x{08}\\x{0E}-\\x{1F}]"


def in_time(
    column: str, description: str, *, since: str, share: float = 1.0, text_format: str | None = None
) -> Expectation:
    """Timestamps between a day and tomorrow, for clocks differ; text in ISO form or else in a `strptime` format."""
    moment = f"try_cast({column} as timestamp)"
    if text_format is not None:
        moment = f"coalesce({moment}, try_strptime(trim({column}), '{text_format}'))"
    condition = f"{moment} between timestamp '{since}' and now()::timestamp + interval 1 day"
    return satisfies(column, condition, description, share=share)


def undamaged(*columns: str) -> list[Expectation]:
    """Text without the traces of a wrong encoding: a single one is worth a look, one in a thousand a broken file."""
    return [
        satisfies(
            column,
            f"not regexp_matches({column}, '{DAMAGED_TEXT}')",
            description,
            share=share,
            severity=severity,
        )
        for column in columns
        for share, severity, description in (
            (0.999, ERROR, "Files are read in the encoding they were written in"),
            (1.0, WARN, "No text shows traces of a wrong encoding"),
        )
    ]


def currency_code(column: str = "currency") -> Expectation:
    """ISO 4217 codes, but for a few."""
    return satisfies(column, f"regexp_matches({column}, '^[A-Z]{{3}}$')", "Currencies are ISO 4217 codes", share=0.98)


def country_code(column: str = "country") -> Expectation:
    """ISO 3166 alpha-2 codes, but for a few."""
    return satisfies(
        column, f"regexp_matches({column}, '^[A-Z]{{2}}$')", "Countries are ISO 3166 alpha-2 codes", share=0.98
    )


def readable_number(column: str, description: str, *, least: float, most: float, share: float = 0.98) -> Expectation:
    """Text that is a number between two bounds, which count as inside."""
    return satisfies(column, f"try_cast({column} as double) between {least} and {most}", description, share=share)


def json_text(column: str, description: str, *, share: float = 0.99) -> Expectation:
    """Text that is JSON."""
    return satisfies(column, f"json_valid({column})", description, share=share)


def told_apart(table: str, keys: Sequence[str], description: str, *, share: float = 0.98) -> Expectation:
    """Rows of a file have keys of their own, but for a few: a join in an export multiplies its rows."""
    key = ", ".join(("landing_file", *keys))
    return no_rows(
        f"""
        select count(*) as row_count, count(distinct ({key})) as distinct_count
        from {table} having count(distinct ({key})) < {share} * count(*)
        """,
        description,
    )


def few_rejected(rejected_table: str, *tables: str) -> Expectation:
    """Lines that are no whole rows are an exception among those of `tables`; a single one is a cut file."""
    whole = " + ".join(f"(select count(*) from {table})" for table in tables)
    return no_rows(
        f"""
        select rejected_line_count, whole_line_count
        from (select count(*) as rejected_line_count, {whole} as whole_line_count from {rejected_table})
        where rejected_line_count > 1 and rejected_line_count > 0.01 * whole_line_count
        """,
        "Fewer than one line in a hundred is cut off, has too many fields, or cannot be read at all",
    )
