-- One row per point and table; a day on which nothing came is a zero, the very thing to look for.
with

points as (
    select cast($bucket_origin - to_days(cast(n * $bucket_days as integer)) as date) as day
    from range(1, $point_count + 1) as numbers (n)
),

bucketed as (
    select
        cast(time_bucket(to_days($bucket_days), volume_date, $bucket_origin) as date) as day,
        if($source = 'all', source_name || ' ' || table_name, table_name) as series,
        sum(row_count) as value
    from daily_volume
    where $source in ('all', source_name) and volume_date between $first_day and $last_day
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
