"""The books: what landed, what became of it, and how fresh it is."""

from __future__ import annotations

from shelfwise.quality.suites.rules import filled, no_rows, satisfies, unique, unique_together
from shelfwise.quality.suites.vocabulary import DATA_ENGINEERING
from shelfwise.quality.tables import ERROR, WARN, TableSuite

# Rows rejected for a fault of theirs. The sample shop has .5% and Online Retail .5%; below twenty rows a share says
# nothing. Bots are no fault of the data: they are a few percent of the sample shop's events and a third of many
# sites', but when they are nearly all, the rule that tells them is broken. Below a thousand rows they may be: a new
# collector's first visitor is somebody's crawler, which is no reason to hold the whole shop's night back.
QUARANTINE_SHARE = """
    select books.source_name, books.table_name, count(*) as quarantined_count, books.row_count,
        round(count(*) / books.row_count, 4) as share
    from row_accounting as books
    inner join quarantined_rows as rejected
        on books.source_name = rejected.source_name and books.table_name = rejected.table_name
        and rejected.item_number = 1
    where books.table_name <> 'rejected_lines' and {kind}
    group by books.source_name, books.table_name, books.row_count
    having count(*) >= {fewest} and count(*) > {limit} * books.row_count
"""
FAULTY, BOTS = "not starts_with(rejected.reason, 'bot_')", "starts_with(rejected.reason, 'bot_')"

NOTHING_ARRIVED = """
    select books.source_name, books.table_name, books.row_count
    from row_accounting as books
    where books.row_count > books.quarantined_count and not case books.table_name
        when 'events' then exists (select 1 from fct_events as f where f.source_name = books.source_name)
            and exists (select 1 from fct_sessions)
        when 'orders' then books.fact_count > 0 and exists (select 1 from fct_orders)
        when 'order_lines' then exists (select 1 from fct_order_lines as f where f.source_name = books.source_name)
            and exists (select 1 from daily_metrics)
        when 'products' then books.fact_count > 0 and exists (select 1 from dim_products)
        when 'customers' then books.fact_count > 0 and exists (select 1 from dim_customers)
        else true
    end
"""

# A row that tells of several products is one fact of the books and several where people query.
LOST_FACTS = """
    select books.source_name, books.table_name, books.fact_count, facts.fact_count as found_count
    from row_accounting as books
    inner join (
        select source_name, 'events' as table_name, count(*) as fact_count from fct_events group by all
        union all
        select source_name, 'order_lines' as table_name, count(*) as fact_count from fct_order_lines group by all
    ) as facts
        on books.source_name = facts.source_name and books.table_name = facts.table_name
    where facts.fact_count < books.fact_count
"""

FEEDS_APART = """
    select source_name, table_name, latest_occurred_at, freshest_at
    from (
        select *, max(latest_occurred_at) over (partition by source_name) as freshest_at
        from table_freshness
        where table_name in ('events', 'orders', 'order_lines')
    )
    where latest_occurred_at < freshest_at - interval 2 days
"""

FAILING_SERVER = """
    select route, sum(request_count) as request_count, sum(server_error_count) as server_error_count
    from hourly_requests
    where hour_start > (select max(hour_start) from hourly_requests) - interval 24 hour
    group by route
    having sum(server_error_count) >= 10 and sum(server_error_count) >= 0.01 * sum(request_count)
"""

ROW_ACCOUNTING = TableSuite(
    "row_accounting",
    DATA_ENGINEERING,
    ("source_name", "table_name"),
    (
        unique_together(("source_name", "table_name"), "A landed table is one row"),
        satisfies(
            "unaccounted_count",
            "unaccounted_count = 0",
            "Every landed row is a fact, a duplicate, superseded or in quarantine",
        ),
        no_rows(NOTHING_ARRIVED, "No table that landed rows left its marts empty"),
        no_rows(LOST_FACTS, "Every fact of the books is where people query it"),
        no_rows(
            "select landing_file, row_count from landing.landing_files where is_active and loaded_at is null",
            "Every landed file has been loaded; `dbt build` loads the rest",
        ),
        no_rows(
            QUARANTINE_SHARE.format(kind=FAULTY, limit=0.05, fewest=20),
            "At most 5% of a table is rejected as faulty",
            severity=ERROR,
        ),
        no_rows(
            QUARANTINE_SHARE.format(kind=FAULTY, limit=0.02, fewest=20),
            "At most 2% of a table is rejected as faulty",
            severity=WARN,
        ),
        no_rows(
            QUARANTINE_SHARE.format(kind=BOTS, limit=0.9, fewest=1000),
            "Not nearly all visitors are taken for bots",
            severity=ERROR,
        ),
        no_rows(
            QUARANTINE_SHARE.format(kind=BOTS, limit=0.3, fewest=20),
            "At most 30% of the events are bots'",
            severity=WARN,
        ),
        satisfies(
            "duplicate_count",
            "duplicate_count < 100 or duplicate_count <= 0.2 * row_count",
            "At most a fifth of a table are duplicates; more means a feed was sent twice",
            severity=WARN,
        ),
    ),
)

QUARANTINED_ROWS = TableSuite(
    "quarantined_rows",
    DATA_ENGINEERING,
    ("landing_file", "source_row", "item_number"),
    (
        filled("reason", "Every rejected row has a reason"),
        filled("source_file", "Every rejected row can be found again"),
        unique_together(("landing_file", "source_row", "item_number"), "A row is rejected once"),
    ),
)

TABLE_FRESHNESS = TableSuite(
    "table_freshness",
    DATA_ENGINEERING,
    ("source_name", "table_name"),
    (
        unique_together(("source_name", "table_name"), "A landed table is one row"),
        no_rows(FEEDS_APART, "No feed of a shop is more than two days behind its freshest", severity=WARN),
    ),
)

DAILY_VOLUME = TableSuite(
    "daily_volume",
    DATA_ENGINEERING,
    ("volume_date", "source_name", "table_name"),
    (
        unique_together(("volume_date", "source_name", "table_name"), "A day of a landed table is one row"),
        satisfies("row_count", "row_count >= 0", "No count is negative"),
    ),
)

COLUMN_PROFILES = TableSuite(
    "column_profiles",
    DATA_ENGINEERING,
    ("profile_date", "source_name", "table_name", "column_name"),
    (
        unique_together(
            ("profile_date", "source_name", "table_name", "column_name"), "A day of a landed column is one row"
        ),
        satisfies("null_rate", "null_rate between 0 and 1", "A share is between none and all"),
        satisfies(
            "distinct_count",
            "distinct_count is null or distinct_count <= row_count - null_count",
            "There are no more values than rows that have one",
        ),
    ),
)

SERIES_DAY = (
    "metric_date",
    "namespace",
    "source_name",
    "table_name",
    "column_name",
    "segment_type",
    "segment_value",
    "metric",
)
DAILY_ANOMALIES = TableSuite(
    "daily_anomalies",
    DATA_ENGINEERING,
    SERIES_DAY,
    (
        unique_together(
            SERIES_DAY,
            "A day of a series is judged once",
        ),
        satisfies(
            "expected_value",
            "expected_value between lower_value and upper_value",
            "What is expected is not unusual",
        ),
    ),
)

ANOMALY_INCIDENTS = TableSuite(
    "anomaly_incidents",
    DATA_ENGINEERING,
    ("incident_id",),
    (
        unique("incident_id", "An incident is one row"),
        satisfies("last_date", "first_date <= last_date", "An incident ends after it began"),
    ),
)

HOURLY_REQUESTS = TableSuite(
    "hourly_requests",
    DATA_ENGINEERING,
    ("hour_start", "route"),
    (
        unique_together(("hour_start", "route"), "An hour of a route is one row"),
        satisfies(
            "request_count",
            "least(client_error_count, server_error_count) >= 0 "
            "and client_error_count + server_error_count <= request_count",
            "No more goes wrong than was asked",
        ),
        no_rows(FAILING_SERVER, "Less than one answer in a hundred of the last day is a server error", severity=WARN),
    ),
)

SUITES = (
    ROW_ACCOUNTING,
    QUARANTINED_ROWS,
    TABLE_FRESHNESS,
    DAILY_VOLUME,
    COLUMN_PROFILES,
    DAILY_ANOMALIES,
    ANOMALY_INCIDENTS,
    HOURLY_REQUESTS,
)
