with

bucketed as (
    select
        *,
        cast(time_bucket(to_days($bucket_days), metric_date, $bucket_origin) as date) as bucket_day
    from daily_metrics
    where segment_type = 'all' and $namespace in ('all', namespace) and metric_date between $first_day and $last_day
)

select
    bucket_day as day,
    'New customers' as series,
    sum(new_customer_count) as value
from bucketed
where bucket_day >= $first_day
group by bucket_day
order by bucket_day
