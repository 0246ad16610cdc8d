"""The published warehouse as a benchmark: its latest purchases and sessions are the test, all before them is known."""

from __future__ import annotations

from pathlib import Path

import duckdb

from shelfwise.recommender.benchmark.upstream import IS_PURCHASE, UPSTREAM
from shelfwise.warehouse.connections import quote_name, quote_text

# As the recommender itself divides sessions (var recommender_session_label_share).
TEST_SHARE_OF_SESSIONS = 0.12


def published_namespaces(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the shops of the attached database `published` that have orders or sessions."""
    rows = connection.execute("""
        select namespace from published.fct_order_lines group by namespace
        union
        select namespace from published.fct_sessions group by namespace
        order by namespace
    """).fetchall()
    return [row[0] for row in rows]


def attach_published(connection: duckdb.DuckDBPyConnection, database: Path) -> None:
    """Attach the published warehouse, read-only, as `published`."""
    connection.execute(f"attach {quote_text(str(database))} as published (read_only)")


def load_published_purchases(connection: duckdb.DuckDBPyConnection, namespace: str, days: int) -> bool:
    """Put everything before the last ``days`` of orders into the scratch warehouse, and those days into `truth`.

    Returns whether there is anything on both sides.
    """
    parameters = {"namespace": namespace}
    connection.execute(
        f"""
        create or replace temporary table test_begin as
        select cast(date_trunc('day', max(ordered_at)) as timestamp) - to_days({int(days) - 1}) as cutoff_at
        from published.fct_order_lines
        where namespace = $namespace and line_type = 'sale' and customer_id is not null
        """,
        parameters,
    )
    _copy(
        connection,
        namespace,
        {
            "fct_order_lines": "ordered_at < (select cutoff_at from test_begin)",
            "fct_events": "occurred_at < (select cutoff_at from test_begin)",
            "fct_sessions": "started_at < (select cutoff_at from test_begin)",
        },
    )
    connection.execute(
        f"""
        create or replace table truth as
        select distinct customer_id, product_id
        from published.fct_order_lines
        where
            namespace = $namespace
            and {IS_PURCHASE}
            and ordered_at >= (select cutoff_at from test_begin)
        """,
        parameters,
    )
    return _has_rows(connection, "fct_order_lines") and _has_rows(connection, "truth")


def load_published_sessions(connection: duckdb.DuckDBPyConnection, namespace: str, prefixes: Path) -> bool:
    """Put all but the latest sessions into the scratch warehouse, and the looks of those as prefixes into a file.

    Returns whether there is anything on both sides.
    """
    connection.execute(
        f"""
        create or replace temporary table test_begin as
        select quantile_disc(started_at, {1 - TEST_SHARE_OF_SESSIONS}) as cutoff_at
        from published.fct_sessions
        where namespace = $namespace and view_item_count > 0
        """,
        {"namespace": namespace},
    )
    _copy(
        connection,
        namespace,
        {
            "fct_order_lines": "false",
            "fct_events": """session_id in (
            select session_id from published.fct_sessions where ended_at < (select cutoff_at from test_begin)
        )""",
            "fct_sessions": "ended_at < (select cutoff_at from test_begin)",
        },
    )
    connection.execute(
        f"""
        copy (
            with looks as (
                select
                    events.session_id,
                    events.product_id,
                    row_number() over (
                        partition by events.session_id order by events.occurred_at, events.event_id
                    ) as step
                from published.fct_events as events
                inner join published.fct_sessions as sessions on events.session_id = sessions.session_id
                where
                    events.namespace = $namespace
                    and events.event_name = 'view_item'
                    and events.product_id is not null
                    and sessions.started_at >= (select cutoff_at from test_begin)
            )

            select
                session_id,
                list(product_id) over (
                    partition by session_id order by step rows between unbounded preceding and 1 preceding
                ) as prefix,
                product_id as target
            from looks
            qualify step > 1
            order by session_id, step
        ) to {quote_text(str(prefixes))} (format parquet)
        """,
        {"namespace": namespace},
    )
    asked = connection.execute(f"select count(*) from read_parquet({quote_text(str(prefixes))})").fetchall()[0][0]
    return _has_rows(connection, "fct_sessions") and asked > 0


def _copy(connection: duckdb.DuckDBPyConnection, namespace: str, conditions: dict[str, str]) -> None:
    """Copy the upstream marts of a shop; ``conditions`` say which rows of some."""
    for table in UPSTREAM:
        connection.execute(f"delete from {quote_name(table)}")
        where = "true" if table == "dim_dates" else "namespace = $namespace"
        connection.execute(
            f"""
            insert into {quote_name(table)} by name
            select * from published.{quote_name(table)} where {where} and {conditions.get(table, "true")}
            """,
            {} if table == "dim_dates" else {"namespace": namespace},
        )


def _has_rows(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"select exists (from {quote_name(table)})").fetchall()[0][0] is True
