-- One row per two steps that followed one another: of all that left the first one, the share that went to the second.
with

transitions as (
    select
        from_step,
        to_step,
        sum(transition_count) as transition_count
    from daily_paths
    where $namespace in ('all', namespace) and path_date between $first_day and $last_day
    group by from_step, to_step
)

select
    from_step,
    to_step,
    transition_count,
    transition_count / sum(transition_count) over (partition by from_step) as share
from transitions
order by from_step, to_step
