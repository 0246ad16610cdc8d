"""Which rows of the large tables the marts door judges one by one: those that no published version has shown.

What is published has passed the gate. Rows written since then are judged by every run until one publishes them, so a
shut door stays shut when the next run finds nothing new.
"""

from __future__ import annotations

from datetime import datetime

import duckdb

# Views that the suites query; {new} is a condition on `processed_at`, true where every row is new.
VIEWS = {
    "new_events": "select * from fct_events where {new}",
    "new_sessions": "select * from fct_sessions where {new}",
}
# Hashes of events that may be there twice: those of new events, as often as they are there.
FACTS = "select event_hash from intermediate.int_events__classified where row_status = 'fact'"
OF_NEW_EVENTS = f"{FACTS} and event_hash in ({FACTS} and {{new}})"


def views_of_new_rows(since: datetime | None) -> dict[str, str]:
    """Return {view: query} of the rows processed later than `since`, a time in UTC; of all rows when it is None."""
    condition = "true" if since is None else f"processed_at > timestamp '{since:%Y-%m-%d %H:%M:%S.%f}'"
    views = {name: query.format(new=condition) for name, query in VIEWS.items()}
    # All of them are not looked up among themselves, which would keep a year's in memory and spill.
    hashes = FACTS if since is None else OF_NEW_EVENTS.format(new=condition)
    return views | {"hashes_of_new_events": hashes}


def judged_until(connection: duckdb.DuckDBPyConnection, since: datetime | None) -> datetime | None:
    """Return ``since``, a time in UTC; None, for all rows, where the build database is of an earlier time.

    So it is when the clock was set back: what was written since would look as if it had been judged.
    """
    try:
        rows = connection.execute("select max(processed_until) from landing.model_watermarks").fetchall()
    except duckdb.CatalogException:  # built by something other than our dbt project
        return since
    built_until = rows[0][0]
    return None if since and built_until and built_until < since else since
