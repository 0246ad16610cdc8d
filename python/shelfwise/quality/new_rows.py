"""Which rows of the large tables the marts door judges one by one: those that no published version has shown.

What is published has passed the gate. Rows written since then are judged by every run until one publishes them, so a
shut door stays shut when the next run finds nothing new.
"""

from __future__ import annotations

from datetime import datetime

# Views that the suites query; {new} is a condition on `processed_at`, true where every row is new.
VIEWS = {
    "new_events": "select * from fct_events where {new}",
    "new_sessions": "select * from fct_sessions where {new}",
    "new_event_hashes": """
        select event_hash from intermediate.int_events__classified where row_status = 'fact' and {new}
    """,
}


def views_of_new_rows(since: datetime | None) -> dict[str, str]:
    """Return {view: query} of the rows processed later than `since`, a time in UTC; of all rows when it is None."""
    condition = "true" if since is None else f"processed_at > timestamp '{since:%Y-%m-%d %H:%M:%S.%f}'"
    return {name: query.format(new=condition) for name, query in VIEWS.items()}
