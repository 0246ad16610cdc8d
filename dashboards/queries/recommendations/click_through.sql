-- One row per point and placement; a point without lists has no rate.
select
    cast(time_bucket(to_days($bucket_days), impression_date, $bucket_origin) as date) as day,
    placement as series,
    sum(click_count) / nullif(sum(impression_count), 0) as click_through_rate
from recommendation_performance
where segment_type = 'all' and $namespace in ('all', namespace) and impression_date between $first_day and $last_day
group by all
order by day, series
