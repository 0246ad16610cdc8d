select *
from forecast_status
where $namespace = 'all' or namespace = $namespace
order by namespace, subject, metric
