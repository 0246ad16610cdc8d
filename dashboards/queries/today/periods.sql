-- One row per period: the chosen one and the one of the same length before it. Rates are sums divided by sums.
with

days as (
    select
        *,
        if(metric_date >= $first_day, 'this', 'previous') as period
    from daily_metrics
    where
        segment_type = 'all'
        and $namespace in ('all', namespace)
        and metric_date between $previous_first_day and $last_day
)

select
    period,
    min(metric_date) as first_metric_date,
    sum(net_revenue) as net_revenue,
    sum(order_count) as order_count,
    sum(new_customer_count) as new_customer_count,
    sum(session_count) as session_count,
    sum(gross_revenue) / nullif(sum(order_count), 0) as average_order_value,
    sum(converted_session_count) / nullif(sum(session_count), 0) as conversion_rate
from days
group by period
