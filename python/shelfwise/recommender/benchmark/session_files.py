"""Sessions and prefixes as files: what is learned from, and the questions with their answers."""

from __future__ import annotations

from dataclasses import dataclass
from pathlib import Path

import duckdb
import numpy as np
from numpy.typing import NDArray

from shelfwise.recommender.benchmark.parquet_input import IDENTIFIERS, LISTS, WHOLE_NUMBERS, Column, ParquetInput
from shelfwise.recommender.benchmark.upstream import NAMESPACE
from shelfwise.warehouse.connections import quote_name

SESSION_COLUMNS = (
    Column("session_id", IDENTIFIERS, "the session of a step"),
    Column("pos", WHOLE_NUMBERS, "the number of the step in its session"),
    Column("item_id", IDENTIFIERS, "the item of a step"),
)
PREFIX_COLUMNS = (
    Column("prefix", LISTS, "the items of a session so far, oldest first,"),
    Column("target", IDENTIFIERS, "the item that came next"),
    Column("session_id", IDENTIFIERS, "the session", is_required=False),
)
# Files of sessions have no clock: they are laid evenly over so many days, a step a microsecond.
DAYS = 90
FIRST_DAY = "2020-01-01"


def load_sessions(connection: duckdb.DuckDBPyConnection, path: Path) -> int:
    """Put the sessions of a file into the scratch warehouse's events; return how many there are.

    Raises ShelfwiseError when the file is not as `SESSION_COLUMNS` say, or a session has two steps of one number.
    """
    steps = ParquetInput(connection, path, SESSION_COLUMNS)
    twice = "(session_id, pos) in (select (session_id, pos) from rows group by all having count(*) > 1)"
    connection.execute(f"create or replace temporary table rows as select * from {steps.relation}")
    steps.refuse_rows(twice, "pos", "stands twice in its session", "Number the steps of a session from 1 on")
    connection.execute(f"""
        create or replace temporary table numbered_sessions as
        select session_id, row_number() over (order by {_time_order(steps)}) - 1 as session_number
        from (select session_id, min(file_row_number) as first_row from rows group by session_id)
    """)
    count = steps.number("select count(*) from numbered_sessions")
    step_microseconds = max(DAYS * 86_400_000_000 // count, 1_000_000)
    connection.execute(
        f"""
        insert into fct_events by name
        select
            * exclude (step),
            $namespace as namespace,
            $namespace as source_name,
            session_id as device_id,
            session_id || '-' || step as event_id,
            'view_item' as event_name,
            cast(occurred_at as date) as event_date
        from (
            select
                cast(numbered_sessions.session_number as varchar) as session_id,
                cast(rows.item_id as varchar) as product_id,
                row_number() over (partition by rows.session_id order by rows.pos) as step,
                make_timestamp(
                    epoch_us(timestamp '{FIRST_DAY}') + numbered_sessions.session_number * $step + step
                ) as occurred_at
            from rows
            inner join numbered_sessions on rows.session_id = numbered_sessions.session_id
        )
        """,
        {"namespace": NAMESPACE, "step": step_microseconds},
    )
    connection.execute("""
        insert into fct_sessions by name
        select
            session_id,
            any_value(namespace) as namespace,
            session_id as device_id,
            min(event_date) as session_date,
            min(occurred_at) as started_at,
            max(occurred_at) as ended_at,
            count(*) as event_count,
            count(*) as view_item_count
        from fct_events
        group by session_id
    """)
    connection.execute("""
        insert into dim_products by name
        select distinct product_id, namespace, product_id as source_product_id, product_id as title from fct_events
    """)
    return count


def _time_order(steps: ParquetInput) -> str:
    """Return what sessions are ordered by: their place in the file where each stands in one piece, else their id."""
    pieces = steps.number("""
        select count(*)
        from (select session_id, lag(session_id) over (order by file_row_number) as previous from rows)
        where session_id is distinct from previous
    """)
    sessions = steps.number("select count(distinct session_id) from rows")
    return "first_row" if pieces == sessions else quote_name("session_id")


@dataclass(frozen=True)
class Questions:
    """Prefixes of the test, their targets as product ids, and the session of each (n_prefixes,), numbered from 0."""

    prefixes: list[list[str]]
    targets: list[str]
    sessions: NDArray[np.int64]


def read_prefixes(connection: duckdb.DuckDBPyConnection, path: Path) -> Questions:
    """Read a file of prefixes and targets.

    Without a column `session_id`, a session's prefixes follow each other, the longest first, each a step shorter.
    Raises ShelfwiseError when the file is not as `PREFIX_COLUMNS` say, or a prefix is empty.
    """
    rows = ParquetInput(connection, path, PREFIX_COLUMNS)
    rows.refuse_rows("len(prefix) = 0", "prefix", "is empty", "Leave out questions without a step before them")
    session = "session_id" if "session_id" in rows.types else "null"
    fetched = connection.execute(f"""
        select cast(prefix as varchar[]), cast(target as varchar), cast({session} as varchar)
        from {rows.relation} order by file_row_number
    """).fetchall()
    prefixes = [row[0] for row in fetched]
    if session == "null":
        begins = np.array([i == 0 or prefixes[i] != prefixes[i - 1][:-1] for i in range(len(prefixes))])
        sessions = np.cumsum(begins) - 1
    else:
        sessions = np.unique([row[2] for row in fetched], return_inverse=True)[1]
    return Questions(prefixes, [row[1] for row in fetched], sessions.astype(np.int64))
