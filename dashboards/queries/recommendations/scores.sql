-- The newest model's evaluation.
select *
from recommendation_scores
where
    ($namespace = 'all' or namespace in ('all', $namespace))
    and model_version = (select max_by(model_version, trained_at) from recommendation_scores)
order by namespace, slice, metric, k, role desc, value desc, model_name
