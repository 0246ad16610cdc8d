-- What failed comes first, errors before warnings.
select
    door,
    case when success then 'passed' when severity = 'error' then 'error' else 'warning' end as outcome,
    table_name,
    column_name,
    expectation,
    description,
    observed_value,
    unexpected_count,
    element_count,
    owner,
    failing_rows,
    checked_at
from gate_results
where run_id = $run_id
order by
    success,
    case severity when 'error' then 1 else 2 end,
    table_name,
    column_name,
    expectation
