-- One row per device category and step.
with

steps as (
    select
        device_category,
        step_number,
        step_name,
        sum(session_count) as session_count
    from daily_funnel
    where category = 'all' and $namespace in ('all', namespace) and funnel_date between $first_day and $last_day
    group by all
)

select
    device_category as device,
    step_number,
    step_name,
    session_count,
    session_count / nullif(first_value(session_count) over funnel, 0) as share,
    session_count / nullif(lag(session_count) over funnel, 0) as share_of_previous_step
from steps
window funnel as (partition by device_category order by step_number)
order by device, step_number
