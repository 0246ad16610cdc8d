select
    cast(time_bucket(to_days($bucket_days), volume_date, $bucket_origin) as date) as day,
    if($source = 'all', source_name || ' ' || table_name, table_name) as series,
    sum(row_count) as value
from daily_volume
where
    $source in ('all', source_name)
    and volume_date between $first_day and $last_day
    and cast(time_bucket(to_days($bucket_days), volume_date, $bucket_origin) as date) >= $first_day
group by all
order by day, series
