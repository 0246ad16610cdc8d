-- One row per point and category; the five largest categories of the period and the rest as one. A point without sales
-- is a zero, not a gap that a line would hide.
with

points as (
    select cast($bucket_origin - to_days(cast(n * $bucket_days as integer)) as date) as day
    from range(1, $point_count + 1) as numbers (n)
),

sold as (
    select
        if(segment_value = 'unknown', 'Uncategorised', segment_value) as category,
        cast(time_bucket(to_days($bucket_days), metric_date, $bucket_origin) as date) as day,
        net_revenue
    from daily_metrics
    where
        segment_type = 'category'
        and net_revenue <> 0
        and $namespace in ('all', namespace)
        and metric_date between $first_day and $last_day
),

largest as (
    select category
    from sold
    group by category
    order by sum(net_revenue) desc, category
    limit 5
),

bucketed as (
    select
        day,
        if(category in (from largest), category, 'Other categories') as series,
        sum(net_revenue) as value
    from sold
    group by all
),

every_series as (
    select distinct series
    from bucketed
)

select
    points.day,
    every_series.series,
    coalesce(value, 0) as value
from points
cross join every_series
left join bucketed on points.day = bucketed.day and every_series.series = bucketed.series
order by points.day, every_series.series
