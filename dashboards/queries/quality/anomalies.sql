select
    metric_date,
    table_name,
    metric,
    observed_value,
    expected_value,
    score
from anomalies
where run_id = $run_id
order by abs(score) desc, metric_date desc, table_name, metric
