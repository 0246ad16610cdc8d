"""Dimensions and facts."""

from __future__ import annotations

from shelfwise.quality.suites.rules import (
    at_least,
    filled,
    no_rows,
    one_of,
    satisfies,
    unique,
    unique_together,
)
from shelfwise.quality.suites.vocabulary import DATA_ENGINEERING, EVENT_NAMES
from shelfwise.quality.tables import ERROR, WARN, TableSuite

# A category above itself sends whoever walks the tree in circles. Shops file a product or two wrongly; one in twenty
# means that parents were mixed up.
CIRCULAR_CATEGORIES = """
    with
    paths as (
        select product_id, namespace, string_split(category_path, ' > ') as parts
        from dim_products where category_path is not null
    ),
    pairs as (
        select distinct namespace, parts[above] as broader, parts[below] as narrower
        from (
            select distinct namespace, parts, unnest(range(1, len(parts) + 1)) as above from paths
        ), lateral (select unnest(range(above + 1, len(parts) + 1)) as below)
    ),
    circular as (
        select pairs.* from pairs
        semi join pairs as reverse
            on pairs.namespace = reverse.namespace and pairs.broader = reverse.narrower
            and pairs.narrower = reverse.broader
    )
    select paths.namespace, paths.product_id, array_to_string(paths.parts, ' > ') as category_path
    from paths
    semi join circular
        on paths.namespace = circular.namespace
        and list_contains(paths.parts, circular.broader) and list_contains(paths.parts, circular.narrower)
    qualify count(*) over (partition by paths.namespace)
        > {share} * (select count(*) from dim_products as p where p.namespace = paths.namespace)
"""

DIM_PRODUCTS = TableSuite(
    "dim_products",
    DATA_ENGINEERING,
    ("product_id",),
    (
        filled("product_id", "Every product has a key"),
        unique("product_id", "A product is one row"),
        filled("title", "Every product has a title to show"),
        filled("price", "Hardly a product is without a price", share=0.95, severity=WARN),
        at_least("price", 0, "No price is negative"),
        no_rows(
            """
            select namespace, count(*) as product_count from dim_products where is_in_stock is not null
            group by namespace having count_if(is_in_stock) = 0
            """,
            "No shop's whole catalogue is out of stock",
        ),
        no_rows(
            CIRCULAR_CATEGORIES.format(share=0.05),
            "No category stands above itself, but for one product in twenty",
            severity=ERROR,
        ),
        no_rows(CIRCULAR_CATEGORIES.format(share=0), "No category stands above itself", severity=WARN),
    ),
)

DIM_CUSTOMERS = TableSuite(
    "dim_customers",
    DATA_ENGINEERING,
    ("namespace", "first_seen_at"),
    (
        filled("customer_id", "Every customer has a key"),
        unique("customer_id", "A customer is one row"),
        satisfies(
            "contact_hash",
            "regexp_matches(contact_hash, '^[0-9a-f]{64}$')",
            "Contacts are hashes: no address is published",
        ),
        satisfies("last_ordered_at", "last_ordered_at >= first_ordered_at", "The last order is not before the first"),
    ),
)

DIM_DATES = TableSuite(
    "dim_dates",
    DATA_ENGINEERING,
    ("date_day",),
    (
        filled("date_day", "Every day has a date"),
        unique("date_day", "A day is one row"),
        no_rows(
            """
            select date_day as last_day_before_a_gap, lead(date_day) over (order by date_day) as next_day
            from dim_dates
            qualify next_day <> date_day + 1
            """,
            "The calendar has no gaps",
        ),
    ),
)

DIM_DEVICE_CUSTOMERS = TableSuite(
    "dim_device_customers",
    DATA_ENGINEERING,
    ("namespace", "valid_from", "valid_to"),
    (
        unique_together(("device_id", "valid_from"), "A device has one customer at a time"),
        satisfies("valid_to", "valid_to > valid_from", "A period ends after it begins"),
        no_rows(
            """
            select
                namespace,
                valid_from,
                valid_to,
                lead(valid_from) over (partition by device_id order by valid_from) as next_from
            from dim_device_customers
            qualify next_from < coalesce(valid_to, timestamp 'infinity')
            """,
            "The periods of a device do not overlap",
        ),
    ),
)

# Sessions are compared by hashes of their ids: on the first night after a full build all of history is new, and a year
# of ids as text is tens of gigabytes on the disk, for each comparison.
FCT_EVENTS = TableSuite(
    "fct_events",
    DATA_ENGINEERING,
    ("event_id",),
    (
        filled("event_id", "Every new event has a key"),
        no_rows(
            """
            with
            facts as (
                select event_hash, event_id from intermediate.int_events__classified where row_status = 'fact'
            ),
            repeated as (
                select event_hash from hashes_of_new_events
                group by event_hash
                having count(*) > 1
            )
            select event_id, count(*) as row_count from facts
            where event_hash in (select event_hash from repeated)
            group by event_id
            having count(*) > 1
            """,
            "No new event is there twice, nor since earlier: retries are removed",
        ),
        one_of("event_name", EVENT_NAMES, "New events' names are GA4's"),
        satisfies(
            "occurred_at",
            "occurred_at <= loaded_at + interval 1 day and event_date = occurred_at::date",
            "No new event happened after it was loaded",
        ),
        no_rows(
            """
            with
            days as (
                select distinct event_date as session_date from new_events
                union
                select distinct event_date - 1 from new_events
            ),
            strangers as (
                select hash(session_id) as session_hash from new_events group by session_hash
                except
                select hash(session_id) from fct_sessions where session_date in (select session_date from days)
            )
            select event_id, session_id from new_events
            where hash(session_id) in (select session_hash from strangers)
            """,
            "Every new event belongs to a session",
        ),
        no_rows(
            """
            select event_id, product_id from new_events as events where product_id is not null
                and not exists (select 1 from dim_products where dim_products.product_id = events.product_id)
            """,
            "Every product that was clicked in a new event is a product",
        ),
    ),
    relation="new_events",
)

FCT_SESSIONS = TableSuite(
    "fct_sessions",
    DATA_ENGINEERING,
    ("session_id",),
    (
        filled("session_id", "Every new session has a key"),
        no_rows(
            """
            select session_id, count(*) as row_count from fct_sessions
            where session_date in (select session_date from new_sessions)
            group by session_id
            having count(*) > 1
            """,
            "A session is one row on the days of new ones",
        ),
        satisfies(
            "ended_at",
            "ended_at between started_at and started_at + interval 24 hours and session_date = started_at::date",
            "A new session ends after it started, and within a day",
        ),
        at_least("event_count", 1, "A new session has events"),
        satisfies("is_converted", "is_converted = (purchase_count > 0)", "Converted means purchased, in new sessions"),
        no_rows(
            """
            with
            days as (
                select distinct session_date as event_date from new_sessions
                union
                select distinct session_date + 1 from new_sessions
            ),
            events as (
                select hash(session_id) as session_hash, count(*) as counted from fct_events
                where event_date in (select event_date from days)
                group by session_hash
            ),
            sessions as (
                select hash(session_id) as session_hash, any_value(session_id) as session_id,
                    sum(event_count) as event_count
                from new_sessions
                group by session_hash
            )
            select sessions.session_id, sessions.event_count, coalesce(events.counted, 0) as counted
            from sessions
            left join events on sessions.session_hash = events.session_hash
            where sessions.event_count <> coalesce(events.counted, 0)
            """,
            "A new session counts the events it has",
        ),
    ),
    relation="new_sessions",
)

FCT_ORDER_LINES = TableSuite(
    "fct_order_lines",
    DATA_ENGINEERING,
    ("order_line_id", "order_id"),
    (
        filled("order_line_id", "Every order line has a key"),
        unique("order_line_id", "An order line is one row; duplicates are removed"),
        satisfies(
            "line_type",
            "case line_type when 'sale' then quantity > 0 and unit_price > 0 "
            "when 'return' then quantity < 0 and unit_price >= 0 when 'gift' then unit_price = 0 "
            "else line_type = 'charge' end",
            "Sales are positive, returns negative, gifts free",
        ),
        satisfies(
            "line_type",
            "(line_type = 'charge') = (product_id is null)",
            "Every line but a charge has a product",
        ),
        satisfies(
            "line_amount",
            "abs(line_amount - quantity * unit_price) < 0.001",
            "An amount is quantity times price",
        ),
        filled("line_amount_reporting", "Every amount is known in the reporting currency"),
        satisfies(
            "ordered_at",
            "ordered_at <= loaded_at + interval 1 day and order_date = ordered_at::date",
            "Nothing was ordered after it was loaded",
        ),
        no_rows(
            """
            select order_line_id, product_id from fct_order_lines as lines where product_id is not null
                and not exists (select 1 from dim_products where dim_products.product_id = lines.product_id)
            """,
            "Every product that was sold is a product",
        ),
    ),
)

FCT_ORDERS = TableSuite(
    "fct_orders",
    DATA_ENGINEERING,
    ("order_id",),
    (
        filled("order_id", "Every order has a key"),
        unique("order_id", "An order is one row"),
        satisfies(
            "net_revenue", "net_revenue = gross_revenue - returned_revenue", "Net is gross less what was returned"
        ),
        no_rows(
            """
            with
            lines as (
                select order_id, count(*) as line_count, sum(line_amount) as amount
                from fct_order_lines
                group by order_id
            )
            select
                orders.order_id,
                lines.order_id as order_id_of_lines,
                orders.line_count,
                lines.line_count as counted,
                orders.net_revenue + orders.charge_amount as order_amount,
                lines.amount as amount_of_lines
            from fct_orders as orders
            full join lines on orders.order_id = lines.order_id
            where orders.line_count is distinct from lines.line_count
                or abs(orders.net_revenue + orders.charge_amount - lines.amount) > 0.001
            """,
            "An order is the sum of its lines, and every line has an order",
        ),
        no_rows(
            """
            select order_id from fct_orders as orders where customer_id is not null
                and not exists (select 1 from dim_customers where dim_customers.customer_id = orders.customer_id)
            """,
            "Every customer who ordered is a customer",
        ),
        no_rows(
            """
            select namespace, max(order_number) as last_number, count(*) as order_count from fct_orders
            where order_number is not null
            group by customer_id, namespace
            having min(order_number) <> 1 or max(order_number) <> count(*)
                or count(distinct order_number) <> count(*)
            """,
            "A customer's orders are numbered 1, 2, 3, …",
        ),
    ),
)

SUITES = (
    DIM_PRODUCTS,
    DIM_CUSTOMERS,
    DIM_DATES,
    DIM_DEVICE_CUSTOMERS,
    FCT_EVENTS,
    FCT_SESSIONS,
    FCT_ORDERS,
    FCT_ORDER_LINES,
)
