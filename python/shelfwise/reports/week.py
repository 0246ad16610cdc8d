"""What a week's report tells of a shop, asked of the published marts; no metric is defined here.

Rates are sums by sums over the week, of the two columns that `macros/metrics/ratio_metric.sql` names.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

import duckdb

Row = dict[str, Any]

METRICS = """
select
    sum(net_revenue) as net_revenue,
    sum(order_count) as order_count,
    sum(gross_revenue) / nullif(sum(order_count), 0) as average_order_value,
    sum(unit_count) as unit_count,
    sum(new_customer_count) as new_customer_count,
    nullif(sum(session_count), 0) as session_count,
    sum(converted_session_count) / nullif(sum(session_count), 0)::double as conversion_rate,
    sum(returned_revenue) / nullif(sum(gross_revenue), 0)::double as return_rate
from daily_metrics
where namespace = $shop and segment_type = 'all' and metric_date between $first and $last
having count(*) > 0
"""
DAYS = """
select metric_date, net_revenue::double as net_revenue
from daily_metrics
where namespace = $shop and segment_type = 'all' and metric_date between $first and $last
order by metric_date
"""
CATEGORIES = """
select category, net_revenue, net_revenue_change_1_week, unit_count
from category_trends
where namespace = $shop and week_start_date = $first
order by net_revenue desc, category
limit 12
"""
PRODUCTS = """
select coalesce(products.title, sold.product_id) as title, sold.net_revenue, sold.unit_count
from (
    select product_id, sum(net_revenue) as net_revenue, sum(unit_count) as unit_count
    from daily_product_metrics
    where namespace = $shop and metric_date between $first and $last
    group by product_id
    having sum(unit_count) > 0
) as sold
left join dim_products as products on sold.product_id = products.product_id
order by sold.net_revenue desc, sold.product_id
limit 10
"""
OBJECTIVES = """
select objective_id, metric, segment_value, target_value, direction, actual_value, window_days, status, owner, due_date
from objective_status
where namespace = $shop or namespace is null
order by status = 'met', objective_id
"""
# Of the shop, and of the files of sources, which belong to no shop.
ANOMALIES = """
select
    metric_date, coalesce(table_name, '') as table_name, column_name, metric, observed_value, lower_value, upper_value,
    severity
from daily_anomalies
where is_anomaly and (namespace = $shop or namespace is null) and metric_date between $first and $last
order by severity, metric_date, abs(score) desc, table_name, metric
limit 20
"""
RECOMMENDATIONS = """
select
    placement,
    sum(list_count) as list_count,
    sum(click_count) / nullif(sum(impression_count), 0)::double as click_through_rate,
    sum(attributed_order_count) as attributed_order_count,
    sum(attributed_revenue) as attributed_revenue
from recommendation_performance
where namespace = $shop and segment_type = 'all' and impression_date between $first and $last
group by placement
order by placement
"""
EXPERIMENTS = """
select
    experiment_name, metric, arm, verdict, unit_count, metric_value, relative_lift, p_value, is_control, starts_on,
    ends_on
from experiment_results
where namespace = $shop and metric_role = 'decision' and starts_on <= $last and (ends_on is null or ends_on >= $first)
order by experiment_name, is_control desc, arm
"""
FORECASTS = """
select category, metric, week_start_date, forecast_value, lower_80, upper_80, lower_95, upper_95, model_name
from category_forecasts
where namespace = $shop
order by category <> 'all', category, metric, week_start_date
"""
LATELY = """
select week_start_date, sum(net_revenue)::double as net_revenue
from category_trends
where namespace = $shop and is_complete and week_start_date <= $last
group by week_start_date
order by week_start_date desc
limit 16
"""
FORECAST_STATUS = """
select subject, metric, status, reason from forecast_status where namespace = $shop order by subject, metric
"""
OUTLOOK = """
select outlook, count(*) as customer_count, sum(expected_value) as expected_value, any_value(value_window_days) as days,
    any_value(purchase_window_days) as purchase_days
from customer_predictions
where namespace = $shop
group by outlook
order by list_position(['likely_to_buy', 'may_buy', 'likely_to_lapse', 'lapsed'], outlook)
"""


@dataclass(frozen=True)
class ShopWeek:
    """A shop's week, from its Monday to its Sunday; the week before beside it."""

    namespace: str
    first: date
    days_known: int
    metrics: Row | None
    metrics_before: Row | None
    days: list[Row]
    days_before: list[Row]
    categories: list[Row]
    products: list[Row]
    objectives: list[Row]
    anomalies: list[Row]
    recommendations: list[Row]
    recommendations_before: list[Row]
    experiments: list[Row]
    forecasts: list[Row]
    lately: list[Row]
    forecast_status: list[Row]
    outlook: list[Row]

    @property
    def last(self) -> date:
        """The week's Sunday."""
        return self.first + timedelta(days=6)


def monday_of(day: date) -> date:
    """Return the Monday of a day's week."""
    return day - timedelta(days=day.weekday())


def last_whole_week(connection: duckdb.DuckDBPyConnection) -> date | None:
    """Return the Monday of the last week of which every day is known; of the last week, where none is whole."""
    row = connection.execute("""
        select coalesce(max(case when is_complete then week_start_date end), max(week_start_date)) from category_trends
    """).fetchone()
    return row[0] if row else None


def shops(connection: duckdb.DuckDBPyConnection) -> list[str]:
    """Return the namespaces that have any day."""
    rows = connection.execute("select distinct namespace from daily_metrics order by namespace").fetchall()
    return [str(row[0]) for row in rows]


def read_week(connection: duckdb.DuckDBPyConnection, namespace: str, first: date) -> ShopWeek:
    """Return what the report tells of a shop's week that begins on a Monday."""

    def ask(query: str, weeks_before: int = 0) -> list[Row]:
        begins = first - timedelta(days=7 * weeks_before)
        known = {"shop": namespace, "first": begins, "last": begins + timedelta(days=6)}
        try:
            cursor = connection.execute(query, {name: value for name, value in known.items() if f"${name}" in query})
        except duckdb.CatalogException:  # a mart that the version was published without
            return []
        names = [column[0] for column in cursor.description or ()]
        return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]

    days = ask(DAYS)
    return ShopWeek(
        namespace=namespace,
        first=first,
        days_known=len(days),
        metrics=next(iter(ask(METRICS)), None),
        metrics_before=next(iter(ask(METRICS, 1)), None),
        days=days,
        days_before=ask(DAYS, 1),
        categories=ask(CATEGORIES),
        products=ask(PRODUCTS),
        objectives=ask(OBJECTIVES),
        anomalies=ask(ANOMALIES),
        recommendations=ask(RECOMMENDATIONS),
        recommendations_before=ask(RECOMMENDATIONS, 1),
        experiments=ask(EXPERIMENTS),
        forecasts=ask(FORECASTS),
        lately=ask(LATELY)[::-1],
        forecast_status=ask(FORECAST_STATUS),
        outlook=ask(OUTLOOK),
    )
