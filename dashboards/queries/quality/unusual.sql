-- What is unusual in the period, or was until somebody called it a false alarm; the latest days first.
select
    metric_date,
    namespace,
    source_name,
    coalesce(namespace, source_name) as origin,
    table_name,
    column_name,
    segment_type,
    segment_value,
    metric,
    observed_value,
    expected_value,
    lower_value,
    upper_value,
    score,
    if(is_marked, 'false alarm', severity) as severity,
    is_marked
from daily_anomalies
where
    (is_anomaly or is_marked)
    and metric_date between $first_day and $last_day
    and ($source = 'all' or source_name is null or source_name = $source)
    and ($namespace = 'all' or namespace is null or namespace = $namespace)
order by metric_date desc, abs(score) desc, origin, table_name, column_name, metric
limit 200
