-- The error-level check that stopped a run at a door, the first of them where several failed.
select
    table_name,
    column_name,
    expectation,
    description,
    owner,
    unexpected_count,
    element_count,
    count(*) over () as failure_count
from gate_results
where run_id = $run_id and door = $door and not success and severity = 'error'
order by checked_at, table_name, column_name, expectation
limit 1
