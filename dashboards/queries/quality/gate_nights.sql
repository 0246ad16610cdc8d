-- One row per run and outcome: how many checks ended so. The newest thirty runs.
with

newest as (
    select
        run_id,
        started_at
    from runs
    order by started_at desc, run_id desc
    limit 30
)

select
    newest.run_id,
    newest.started_at,
    strftime(newest.started_at, '%-d %b, %H:%M') as night,
    case when success then 'Passed' when severity = 'error' then 'Error' else 'Warning' end as outcome,
    case when success then 1 when severity = 'error' then 3 else 2 end as outcome_order,
    count(*) as check_count
from newest
inner join gate_results on newest.run_id = gate_results.run_id
group by newest.run_id, newest.started_at, outcome, outcome_order
order by newest.started_at, outcome_order
