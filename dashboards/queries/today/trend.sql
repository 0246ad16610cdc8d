-- One row per period and point. Points are counted back from the last day, so that the newest one is always whole,
-- and the period before is moved onto the days of the chosen one.
with

moved as (
    select
        metric_date as day,
        'This period' as period,
        daily_metrics.*
    from daily_metrics
    where metric_date between $first_day and $last_day

    union all

    select
        cast(metric_date + to_days($day_count) as date) as day,
        'Previous period' as period,
        daily_metrics.*
    from daily_metrics
    where metric_date >= $previous_first_day and metric_date < $first_day
),

bucketed as (
    select
        *,
        cast(time_bucket(to_days($bucket_days), day, $bucket_origin) as date) as bucket_day
    from moved
    where $source in ('all', source_name)
)

select
    bucket_day as day,
    period,
    sum(net_revenue) as net_revenue,
    sum(order_count) as order_count,
    sum(new_customer_count) as new_customer_count,
    sum(session_count) as session_count,
    sum(gross_revenue) / nullif(sum(order_count), 0) as average_order_value,
    sum(converted_session_count) / nullif(sum(session_count), 0) as conversion_rate
from bucketed
where bucket_day >= $first_day
group by bucket_day, period
order by bucket_day, period desc
