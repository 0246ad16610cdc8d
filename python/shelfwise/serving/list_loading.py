"""Reading ranked lists of a published version into arrays."""

from __future__ import annotations

import logging
from typing import Any

import duckdb
import numpy as np
import numpy.typing as npt

from shelfwise.serving.lookups import POPULAR_REASON, RankedLists

logger = logging.getLogger(__name__)

TOGETHER_REASON = "Often bought together"

# Ids become positions inside DuckDB, so that millions of list entries reach Python as integers, not as strings.
POSITIONS = """
create temp table product_positions as
select product_id as id, row_number() over (order by product_id) - 1 as position
from dim_products;

create temp table customer_positions as
select id, row_number() over (order by id) - 1 as position
from (select customer_id as id from dim_customers union select customer_id from recommendations);

create temp table popular_positions as
select id, row_number() over (order by id) - 1 as position
from (select distinct namespace as id from popular_products where segment_type = 'all');

create temp table country_positions as
select id, source, country, row_number() over (order by id) - 1 as position
from (
    select distinct namespace || '|' || segment as id, namespace as source, segment as country
    from popular_products where segment_type = 'country'
);

create temp table reason_positions as
select id, row_number() over (order by id) - 1 as position
from (
    select reason as id from recommendations
    union
    select reason from similar_products
    union
    select getvariable('popular_reason')
    union
    select getvariable('together_reason')
);
"""


def make_positions(connection: duckdb.DuckDBPyConnection) -> None:
    """Number products, customers, sources, countries and reasons in temporary tables."""
    connection.execute("set enable_progress_bar = false")  # it would be drawn into the log
    connection.execute("set variable popular_reason = ?", [POPULAR_REASON])
    connection.execute("set variable together_reason = ?", [TOGETHER_REASON])
    connection.execute(POSITIONS)


def has_table(connection: duckdb.DuckDBPyConnection, name: str) -> bool:
    """Return whether a version has this mart; one that an earlier release published may lack the later ones."""
    query = "select 1 from duckdb_tables() where schema_name = 'main' and table_name = ?"
    return bool(connection.execute(query, [name]).fetchall())


def read_ids(connection: duckdb.DuckDBPyConnection, positions_table: str) -> list[str]:
    """Return the ids of a positions table, in the order of their positions."""
    return [row[0] for row in connection.execute(f"select id from {positions_table} order by position").fetchall()]


def read_lists(
    connection: duckdb.DuckDBPyConnection, name: str, entries_sql: str, owners_table: str, owner_count: int
) -> RankedLists:
    """Read ranked lists as arrays.

    An entry whose product or owner the catalogue lacks has no title to show: it is left out, counted and logged.
    """
    columns = connection.execute(
        f"""
        select
            coalesce(owners.position, -1) as owner,
            coalesce(products.position, -1) as product,
            cast(entries.score as double) as score,
            coalesce(reasons.position, 0) as reason
        from ({entries_sql}) as entries
        left join {owners_table} as owners on owners.id = entries.owner_id
        left join product_positions as products on products.id = entries.product_id
        left join reason_positions as reasons on reasons.id = entries.reason
        order by owner, entries.rank, entries.product_id
        """
    ).fetchnumpy()
    arrays: dict[str, npt.NDArray[Any]] = {key: np.asarray(values) for key, values in columns.items()}
    usable = (arrays["owner"] >= 0) & (arrays["product"] >= 0)
    if left_out := int(np.count_nonzero(~usable)):
        logger.warning("%s: %d rows name a product or an owner that the catalogue lacks; left out", name, left_out)
    return RankedLists.from_rows(
        owner_count,
        owners=arrays["owner"][usable],
        products=arrays["product"][usable],
        scores=np.nan_to_num(arrays["score"][usable]),
        reasons=arrays["reason"][usable],
    )
