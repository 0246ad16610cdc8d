-- One row per check that failed in one of the newest thirty runs: in how many, and when last.
with

newest as (
    select run_id
    from runs
    order by started_at desc, run_id desc
    limit 30
)

select
    door,
    table_name,
    column_name,
    any_value(description) as description,
    severity,
    count(*) filter (where not success) as failed_run_count,
    count(*) as run_count,
    max(checked_at) filter (where not success) as last_failed_at,
    any_value(owner) as owner
from gate_results
where run_id in (from newest)
group by door, table_name, column_name, expectation, severity
having count(*) filter (where not success) > 0
order by if(severity = 'error', 1, 2), failed_run_count desc, table_name, column_name
