-- One row per experiment, metric and arm, whatever the period: the latest experiment first, its deciding metric, its control.
select *
from experiment_results
where $namespace in ('all', namespace)
order by starts_on desc, experiment_name, metric_role, metric, is_control desc, arm
