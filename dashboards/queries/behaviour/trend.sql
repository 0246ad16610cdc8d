-- One row per point and device category.
with

bucketed as (
    select
        *,
        cast(time_bucket(to_days($bucket_days), funnel_date, $bucket_origin) as date) as bucket_day
    from daily_funnel
    where $source in ('all', source_name) and funnel_date between $first_day and $last_day
)

select
    bucket_day as day,
    coalesce(device_category, 'unknown') as series,
    sum(if(step_name = 'session', session_count, 0)) as session_count,
    sum(if(step_name = 'purchase', session_count, 0))
        / nullif(sum(if(step_name = 'session', session_count, 0)), 0) as conversion_rate
from bucketed
where bucket_day >= $first_day
group by bucket_day, device_category
order by bucket_day, series
