"""What the rules say when recommendations perform worse than they did (`recommendation_decay`)."""

from __future__ import annotations

import duckdb

FALL_BACK = """
select namespace || ': ' || metric || ' ' || cast(cast(round(100 * relative_change) as bigint) as varchar) || '%'
from recommendation_decay
where is_decayed and action = 'fall_back'
order by all
"""


def decays(connection: duckdb.DuckDBPyConnection) -> tuple[str, ...]:
    """Return the metrics that call for falling back, each as `shop: metric -24%`; none where there is no such mart."""
    try:
        return tuple(row[0] for row in connection.execute(FALL_BACK).fetchall())
    except duckdb.CatalogException:
        return ()
