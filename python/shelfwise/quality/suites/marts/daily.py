"""The shop's figures by day: metrics by segment, products and the funnel."""

from __future__ import annotations

from shelfwise.quality.suites.rules import no_rows, satisfies, unique_together
from shelfwise.quality.suites.vocabulary import ANALYTICS
from shelfwise.quality.tables import WARN, TableSuite

DAILY_METRICS = TableSuite(
    "daily_metrics",
    ANALYTICS,
    ("metric_date", "namespace", "segment_type", "segment_value"),
    (
        unique_together(
            ("metric_date", "namespace", "segment_type", "segment_value"), "A day of a shop's segment is one row"
        ),
        satisfies(
            "metric_date",
            "least(session_count, visitor_count, view_count, order_count, customer_count, new_customer_count, "
            "unit_count, gross_revenue, returned_revenue) >= 0",
            "No count and no amount is negative",
        ),
        satisfies("conversion_rate", "conversion_rate between 0 and 1", "A conversion rate is a share"),
        satisfies(
            "session_count",
            "session_count >= view_item_session_count and view_item_session_count >= add_to_cart_session_count "
            "and add_to_cart_session_count >= checkout_session_count "
            "and checkout_session_count >= converted_session_count",
            "Each step of the funnel has no more sessions than the one before",
        ),
        no_rows(
            """
            with
            metrics as (
                select namespace, sum(net_revenue) as net_revenue
                from daily_metrics
                where segment_type = 'all'
                group by namespace
            ),
            lines as (
                select namespace, sum(line_amount_reporting) as net_revenue
                from fct_order_lines
                where line_type in ('sale', 'return')
                group by namespace
            )
            select namespace, metrics.net_revenue, lines.net_revenue as net_revenue_of_lines
            from metrics
            full join lines using (namespace)
            where abs(coalesce(metrics.net_revenue, 0) - coalesce(lines.net_revenue, 0)) > 0.01
            """,
            "The days' revenue adds up to that of the order lines",
        ),
        no_rows(
            """
            with
            metrics as (
                select namespace, sum(session_count) as session_count
                from daily_metrics
                where segment_type = 'all'
                group by namespace
            ),
            sessions as (
                select namespace, count(*) as session_count from fct_sessions group by namespace
            )
            select namespace, metrics.session_count, sessions.session_count as counted
            from metrics
            full join sessions using (namespace)
            where coalesce(metrics.session_count, 0) <> coalesce(sessions.session_count, 0)
            """,
            "The days' sessions add up to the sessions",
        ),
        no_rows(
            """
            select
                namespace,
                metric_date as last_day_before_a_gap,
                lead(metric_date) over (partition by namespace order by metric_date) as next_date
            from daily_metrics
            where segment_type = 'all'
            qualify next_date <> metric_date + 1
            """,
            "No day is missing: a day without a sale is a row of zeros",
            severity=WARN,
        ),
        no_rows(
            """
            with
            aged as (
                select *, max(metric_date) over (partition by namespace) - metric_date as age_days
                from daily_metrics
                where segment_type = 'all'
            ),
            weeks as (
                select
                    namespace,
                    sum(gross_revenue) filter (where age_days < 7) as last_week,
                    sum(gross_revenue) filter (where age_days >= 7) / 4 as usual_week
                from aged
                where age_days < 35
                group by namespace
                having count(*) = 35
            )
            select * from weeks
            where usual_week > 0 and last_week not between usual_week / 4 and usual_week * 4
            """,
            "The last week's revenue is between a quarter and four times that of the four weeks before",
            severity=WARN,
        ),
    ),
)

DAILY_PRODUCT_METRICS = TableSuite(
    "daily_product_metrics",
    ANALYTICS,
    ("metric_date", "product_id"),
    (
        unique_together(("metric_date", "product_id"), "A day of a product is one row"),
        satisfies(
            "product_id",
            "least(view_count, add_to_cart_count, order_count, unit_count) >= 0",
            "No count is negative",
        ),
        no_rows(
            """
            with
            products as (
                select namespace, sum(net_revenue) as net_revenue from daily_product_metrics group by namespace
            ),
            days as (
                select namespace, sum(net_revenue) as net_revenue
                from daily_metrics
                where segment_type = 'all'
                group by namespace
            )
            select namespace, products.net_revenue, days.net_revenue as net_revenue_of_days
            from products
            full join days using (namespace)
            where abs(coalesce(products.net_revenue, 0) - coalesce(days.net_revenue, 0)) > 0.01
            """,
            "The products' revenue adds up to that of the days",
        ),
    ),
)

DAILY_FUNNEL = TableSuite(
    "daily_funnel",
    ANALYTICS,
    ("funnel_date", "namespace", "device_category", "category", "step_number"),
    (
        unique_together(
            ("funnel_date", "namespace", "device_category", "category", "step_number"), "A step of a funnel is one row"
        ),
        no_rows(
            """
            select
                funnel_date,
                namespace,
                device_category,
                category,
                step_number,
                session_count,
                lag(session_count) over (
                    partition by funnel_date, namespace, device_category, category order by step_number
                ) as session_count_before
            from daily_funnel
            qualify session_count > session_count_before
            """,
            "Each step has no more sessions than the one before",
        ),
    ),
)

SUITES = (DAILY_METRICS, DAILY_PRODUCT_METRICS, DAILY_FUNNEL)
