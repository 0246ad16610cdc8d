with

newest as (
    select run_id
    from runs
    order by started_at desc, run_id desc
    limit 15
)

select
    steps.run_id,
    strftime(runs.started_at, '%-d %b, %H:%M') || if(runs.status = 'succeeded', '', ' (' || runs.status || ')') as run_label,
    runs.started_at,
    steps.position,
    steps.step,
    steps.status,
    steps.seconds,
    steps.row_count,
    steps.detail
from steps
inner join runs on steps.run_id = runs.run_id
where steps.run_id in (from newest)
order by runs.started_at desc, steps.position
