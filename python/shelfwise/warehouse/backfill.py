"""Reading past days again: which landed files tell of them, and having the next dbt build take these in anew.

Nothing is deleted. A file counts as loaded later than any model was built, so every model treats its rows as it treats
those that have just arrived: it takes up again what they bear upon (docs/decisions/0013), and no more. A build that
dies half-way leaves nothing behind, as each model keeps its own watermark.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime

import duckdb

from shelfwise.errors import ShelfwiseError
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import connect_build
from shelfwise.wording import counted

# Of each classified table, when a row happened; a row without a time is of the day it landed, as in the monitoring.
ROW_TIMES = {
    "events": "event_date",
    "orders": "ordered_at",
    "order_lines": "occurred_at",
    "products": "updated_at",
    "customers": "updated_at",
}
ROWS = " union all ".join(
    "select landing_file, item_number, row_status, "
    f"coalesce(cast({moment} as date), cast(loaded_at as date)) as row_date from intermediate.int_{table}__classified"
    for table, moment in ROW_TIMES.items()
)
FILES = f"""
with
files as (
    select
        landing_file,
        count_if(item_number = 1) as row_count,
        bool_or(row_date between $first and $last) as is_of_the_days
    from ({ROWS}) group by landing_file
)
select
    landing_file,
    registry.row_count,
    coalesce(files.row_count, 0) <> registry.row_count as lacks_rows
from landing.landing_files as registry
left join files using (landing_file)
where
    registry.is_active
    and registry.loaded_at is not null  -- a pending file is taken in anyway
    and registry.table_name in ({", ".join(f"'{table}'" for table in ROW_TIMES)})
    and (files.is_of_the_days or lacks_rows)
order by landing_file
"""
# A row of an impossible time is of no day that anybody would name.
FACTS = f"select min(row_date), max(row_date) from ({ROWS}) where row_status = 'fact'"
TAKE_IN_AGAIN = """
update landing.landing_files
set loaded_at = greatest(
    $moment, (select max(processed_until) + interval 1 microsecond from landing.model_watermarks)
)
where list_contains($files, landing_file) and is_active
"""


@dataclass(frozen=True)
class Span:
    """The days of a backfill, both included."""

    first: date
    last: date

    def __str__(self) -> str:
        return f"{self.first} to {self.last}" if self.first != self.last else f"{self.first}"


@dataclass(frozen=True)
class FileToRead:
    """A landed file that tells of the days, or of which the build database ``lacks_rows``, whichever days they are."""

    landing_file: str
    row_count: int
    lacks_rows: bool


def files_of(settings: Settings, span: Span) -> list[FileToRead]:
    """Return the loaded files with a row that happened in the span, and those whose rows are not all there.

    Raises ShelfwiseError for a span that is none, when nothing has been built, and when nothing is of these days.
    """
    if span.last < span.first:
        raise ShelfwiseError(f"{span.last} comes before {span.first}", remedy="`shelfwise backfill FROM TO`")
    if span.last > datetime.now(UTC).date():
        raise ShelfwiseError(f"{span.last} has not come yet", remedy="Name days that are over, or today")
    with connect_build(settings) as connection:
        try:
            found = connection.execute(FILES, {"first": span.first, "last": span.last}).fetchall()
            known = connection.execute(FACTS).fetchone()
        except duckdb.CatalogException as error:
            raise ShelfwiseError(
                "the build database has no rows to read again", remedy="`shelfwise run` reads all that has landed"
            ) from error
    if not found:
        about = f"What was built is of {known[0]} to {known[1]}" if known and known[0] else "Nothing has been built"
        raise ShelfwiseError(f"nothing of {span} has been built", remedy=f"{about}; pending files need no backfill")
    return [FileToRead(*row) for row in found]


def take_in_again(settings: Settings, files: Sequence[FileToRead]) -> None:
    """Have the next dbt build read the files again. Raises ShelfwiseError when another process has the database."""
    moment = datetime.now(UTC).replace(tzinfo=None)
    with connect_build(settings, read_only=False) as connection:
        connection.execute(TAKE_IN_AGAIN, {"moment": moment, "files": [file.landing_file for file in files]})


def told(span: Span, files: Sequence[FileToRead]) -> str:
    """Return what a backfill is about to read."""
    lacking = sum(file.lacks_rows for file in files)
    missing = f", {counted(lacking, 'file')} of which rows are missing" if lacking else ""
    return (
        f"Backfill of {span}: {counted(len(files), 'landed file')} with {sum(file.row_count for file in files):,} rows "
        f"to be read again{missing}"
    )
