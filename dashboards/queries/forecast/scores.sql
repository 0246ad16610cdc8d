select *
from forecast_scores
where namespace = $namespace
order by subject, metric, week_number, measure, role desc, value, model_name
