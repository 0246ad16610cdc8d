-- One row per period and point. Points are counted back from the last day, so that the newest one is always whole; the
-- period before is moved onto the days of the chosen one. Days without data are zeros in the chosen period, and missing
-- in the one before, which the data may not reach back to.
with

points as (
    select cast($bucket_origin - to_days(cast(n * $bucket_days as integer)) as date) as day
    from range(1, $point_count + 1) as numbers (n)
),

moved as (
    select
        metric_date as day,
        'This period' as period,
        daily_metrics.*
    from daily_metrics
    where segment_type = 'all' and metric_date between $first_day and $last_day

    union all

    select
        cast(metric_date + to_days($day_count) as date) as day,
        'Previous period' as period,
        daily_metrics.*
    from daily_metrics
    where segment_type = 'all' and metric_date >= $previous_first_day and metric_date < $first_day
),

bucketed as (
    select
        cast(time_bucket(to_days($bucket_days), day, $bucket_origin) as date) as day,
        period,
        sum(net_revenue) as net_revenue,
        sum(gross_revenue) as gross_revenue,
        sum(order_count) as order_count,
        sum(new_customer_count) as new_customer_count,
        sum(session_count) as session_count,
        sum(converted_session_count) as converted_session_count
    from moved
    where $namespace in ('all', namespace)
    group by all
),

this_period as (
    select
        points.day,
        'This period' as period,
        bucketed.* exclude (day, period)
    from points
    left join bucketed on points.day = bucketed.day and bucketed.period = 'This period'
),

previous_period as (
    select bucketed.*
    from bucketed
    inner join points on bucketed.day = points.day
    where bucketed.period = 'Previous period'
)

select
    day,
    period,
    coalesce(net_revenue, 0) as net_revenue,
    coalesce(order_count, 0) as order_count,
    coalesce(new_customer_count, 0) as new_customer_count,
    coalesce(session_count, 0) as session_count,
    gross_revenue / nullif(order_count, 0) as average_order_value,
    converted_session_count / nullif(session_count, 0) as conversion_rate
from (from this_period union all from previous_period)
order by day, period desc
