"""What the nights before let expect of the night at the landing door.

For each source table `t` of a source that has landed on enough nights there is `t__precedents`: one row a night at the
door, measure and column, with what was `observed`, what the nights before had (`usual`, their median; `lowest`;
`highest`), the limits that follow from it (`warn_low`, `warn_high`, `error_low`, `error_high`; null: none) and the name
by which a person accepts it (`accept`, `is_accepted`).

A night is a landing date. Nights at the door have files that no run has loaded; precedents are loaded whole.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from pathlib import Path

import duckdb

from shelfwise.landing.declared_tables import SourceTable
from shelfwise.quality.landed import FILES, rows_of
from shelfwise.quality.night_measures import Measured, measure_nights
from shelfwise.settings import Settings
from shelfwise.warehouse.connections import quote_text

PRECEDENTS = "__precedents"
MIN_NIGHTS, MAX_NIGHTS = 5, 14
PART_OF_A_NIGHT = 4  # as far as a number of rows may fall below the fewest before it is an error
MIN_ROWS = 200  # a share or a median of fewer rows says little, and so does a difference in their number


@dataclass(frozen=True)
class Nights:
    """The landing dates of a source: those at the door, and the loaded ones before them."""

    judged: tuple[date, ...]
    before: tuple[date, ...]
    newest: date | None

    @property
    def are_enough(self) -> bool:
        """Whether there is something to judge, and something to judge it by."""
        return bool(self.judged) and len(self.before) >= MIN_NIGHTS


@dataclass(frozen=True)
class Limit:
    """How far a measure may leave the range of the nights before: by a factor, or by an amount."""

    measure: str
    warn: float
    error: float
    is_factor: bool = False
    is_one_sided: bool = False  # only too much of it is a fault
    adds_range: bool = False  # where the nights before differ, tonight may differ by as much again

    def bounds(self) -> str:
        """Return the four bounds as SQL over `lowest` and `highest`."""
        columns = []
        for severity, distance in (("warn", self.warn), ("error", self.error)):
            low, high = (
                (f"lowest / {distance}", f"highest * {distance}")
                if self.is_factor
                else (f"lowest - {self._amount(distance)}", f"highest + {self._amount(distance)}")
            )
            columns += [f"{'null' if self.is_one_sided else low} as {severity}_low", f"{high} as {severity}_high"]
        return ", ".join(columns)

    def _amount(self, distance: float) -> str:
        return f"({distance} + highest - lowest)" if self.adds_range else f"{distance}"


LIMITS = (
    Limit("row_count", warn=2, error=4, is_factor=True),
    Limit("typical_value", warn=2, error=3, is_factor=True),
    Limit("null_share", warn=0.05, error=0.2, is_one_sided=True),
    Limit("repeated_share", warn=0.1, error=0.2, is_one_sided=True),
    Limit("mixture", warn=0.15, error=0.3, is_one_sided=True),
    Limit("days_behind", warn=0.5, error=1.5, adds_range=True),
)


def register_precedents(
    connection: duckdb.DuckDBPyConnection, settings: Settings, tables: Sequence[SourceTable], loaded: frozenset[str]
) -> bool:
    """Make `t__precedents` for each table of one source, which `register_landed` has registered.

    Returns whether there are any: a source that has landed on fewer than `MIN_NIGHTS` nights has no precedents.
    """
    nights = _nights(connection, tables, loaded)
    if not nights.are_enough:
        return False
    arrived = {table.table: _arrived(connection, table) for table in tables}
    for table in tables:
        paths = _paths(connection, settings.landing_path, table, nights)
        measured = _row_counts(table, nights, arrived)
        if paths:
            rows = rows_of(connection, settings.landing_path, table, paths)
            by_night = f"select *, {night_of('landing_file')} as night from ({rows})"
            measured += measure_nights(connection, by_night, table, nights.before)
        _judge(connection, table, nights, measured, settings.gate_accept)
    return True


def _nights(connection: duckdb.DuckDBPyConnection, tables: Sequence[SourceTable], loaded: frozenset[str]) -> Nights:
    """Return the newest nights at the door, and the newest loaded ones before the last of these."""
    at_the_door: set[date] = set()
    every: set[date] = set()
    for table in tables:
        for landing_file, night in connection.execute(
            f"select landing_file, {night_of('landing_file')} from {table.table}{FILES} where problem is null"
        ).fetchall():
            every.add(night)
            if landing_file not in loaded:
                at_the_door.add(night)
    judged = sorted(at_the_door)[-MAX_NIGHTS:]
    before = sorted(night for night in every - at_the_door if judged and night < judged[-1])
    return Nights(tuple(judged), tuple(before[-MAX_NIGHTS:]), max(every, default=None))


def night_of(landing_file: str) -> str:
    """Return SQL for the landing date of a file."""
    return f"cast(regexp_extract({landing_file}, '/dt=([0-9-]{{10}})/', 1) as date)"


def _paths(connection: duckdb.DuckDBPyConnection, landing: Path, table: SourceTable, nights: Nights) -> list[str]:
    names = connection.execute(
        f"select landing_file from {table.table}{FILES} where problem is null and row_count > 0 "
        f"and list_contains(?, {night_of('landing_file')}) order by landing_file",
        [[*nights.before, *nights.judged]],
    ).fetchall()
    return [str(landing / name) for (name,) in names]


def _arrived(connection: duckdb.DuckDBPyConnection, table: SourceTable) -> dict[date, int]:
    """Return the rows of a table by the night on which they came."""
    return dict(
        connection.execute(
            f"select {night_of('landing_file')}, cast(sum(row_count) as bigint) from {table.table}{FILES} "
            "where problem is null group by all"
        ).fetchall()
    )


def _row_counts(table: SourceTable, nights: Nights, arrived: Mapping[str, Mapping[date, int]]) -> list[Measured]:
    """Return the rows of each night, which are none where the source's other tables came and this one did not.

    These came where they brought a part of what they usually do. A row or two by themselves, such as an order that
    somebody entered by hand, are no night on which a whole table is missed.
    """
    counts = arrived[table.table]
    others = Counter[date]()
    for name, rows in arrived.items():
        if name != table.table:
            others.update(rows)
    fewest = min(others[night] for night in nights.before) / PART_OF_A_NIGHT
    # What arrives all day has not arrived whole before the next day has begun.
    whole = [
        night
        for night in nights.judged
        if not (table.is_continuous and night == nights.newest) and (counts.get(night) or others[night] >= fewest)
    ]
    return [
        Measured(night, "row_count", None, float(counts.get(night, 0)), counts.get(night, 0))
        for night in (*nights.before, *whole)
    ]


def _judge(
    connection: duckdb.DuckDBPyConnection,
    table: SourceTable,
    nights: Nights,
    measured: Sequence[Measured],
    accepted: Sequence[str],
) -> None:
    """Make the table of the measures, each beside its limits."""
    connection.execute(
        "create or replace temp table measured "
        "(night date, is_judged boolean, measure text, column_name text, value double, row_count bigint)"
    )
    rows = [(m.night, m.night in nights.judged, m.measure, m.column_name, m.value, m.row_count) for m in measured]
    connection.executemany("insert into measured values (?, ?, ?, ?, ?, ?)", rows)
    bounds = " union all ".join(
        f"select *, {limit.bounds()} from compared where measure = {quote_text(limit.measure)}" for limit in LIMITS
    )
    names = ", ".join(quote_text(name) for name in accepted) or "''"
    connection.execute(f"""
        create table {table.table}{PRECEDENTS} as
        with
        before as (
            select
                measure, column_name,
                median(value) as usual, min(value) as lowest, max(value) as highest
            from measured
            where not is_judged and value is not null and (measure = 'row_count' or row_count >= {MIN_ROWS})
            group by all
            having count(*) >= {MIN_NIGHTS}
        ),
        compared as (
            select
                tonight.night, tonight.measure, tonight.column_name, tonight.value as observed,
                before.usual, before.lowest, before.highest
            from measured as tonight
            inner join before
                on tonight.measure = before.measure and tonight.column_name is not distinct from before.column_name
            where tonight.is_judged and tonight.value is not null
                and case
                    when tonight.measure = 'row_count' then
                        greatest(tonight.value - before.highest, before.lowest - tonight.value) >= {MIN_ROWS}
                    else tonight.row_count >= {MIN_ROWS}
                end
        ),
        limited as ({bounds})
        select
            limited.*,
            concat_ws('.', {quote_text(table.table)}, column_name, measure) as accept,
            concat_ws('.', {quote_text(table.table)}, column_name, measure) in ({names}) as is_accepted
        from limited
        order by night, measure, column_name
    """)
