-- One row per day and metric of the shop that was watched: what was to be expected of it.
select
    metric_date as day,
    metric,
    observed_value,
    expected_value,
    lower_value,
    upper_value,
    is_anomaly,
    severity
from daily_anomalies
where
    namespace = $namespace
    and table_name = 'daily_metrics'
    and segment_type = 'all'
    and metric_date between $first_day and $last_day
order by metric_date, metric
