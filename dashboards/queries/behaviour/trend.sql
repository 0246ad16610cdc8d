-- One row per point and device category; a point without sessions is a zero, not a gap that a line would hide.
with

points as (
    select cast($bucket_origin - to_days(cast(n * $bucket_days as integer)) as date) as day
    from range(1, $point_count + 1) as numbers (n)
),

bucketed as (
    select
        cast(time_bucket(to_days($bucket_days), metric_date, $bucket_origin) as date) as day,
        segment_value as series,
        sum(session_count) as session_count,
        sum(converted_session_count) as converted_session_count
    from daily_metrics
    where
        segment_type = 'device_category'
        and $namespace in ('all', namespace)
        and metric_date between $first_day and $last_day
    group by all
),

every_series as (
    select distinct series
    from bucketed
)

select
    points.day,
    every_series.series,
    coalesce(session_count, 0) as session_count,
    converted_session_count / nullif(session_count, 0) as conversion_rate
from points
cross join every_series
left join bucketed on points.day = bucketed.day and every_series.series = bucketed.series
order by points.day, every_series.series
