-- One row per model version and slice: ours, as the last run with it scored it.
select
    model_version,
    slice,
    max_by(value, trained_at) as value,
    max_by(lower_bound, trained_at) as lower_bound,
    max_by(upper_bound, trained_at) as upper_bound,
    max(customer_count) as evaluated_count,
    max(trained_at) as trained_at
from model_scores
where role = 'ours' and namespace = $namespace and metric = $metric and k = $length
group by model_version, slice
order by trained_at, slice
