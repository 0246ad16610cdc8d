-- The latest days first, the most unusual value of a day before the others.
select
    metric_date,
    coalesce(namespace, source_name) as origin,
    table_name || coalesce('.' || column_name, '') as watched,
    metric,
    observed_value,
    expected_value,
    score,
    severity
from anomalies
where run_id = $run_id
order by metric_date desc, abs(score) desc, watched, metric
