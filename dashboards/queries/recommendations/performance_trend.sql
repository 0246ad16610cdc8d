-- One row per point and placement; a point without lists has no rates.
select
    cast(time_bucket(to_days($bucket_days), impression_date, $bucket_origin) as date) as day,
    placement as series,
    sum(click_count) / nullif(sum(impression_count), 0) as click_through_rate,
    sum(converted_list_count) / nullif(sum(list_count), 0) as list_conversion_rate,
    sum(attributed_revenue) / nullif(sum(list_count), 0) as revenue_per_list
from recommendation_performance
where segment_type = 'all' and $namespace in ('all', namespace) and impression_date between $first_day and $last_day
group by all
order by day, series
