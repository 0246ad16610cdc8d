-- One row per series and step. Series are kinds of devices, the largest categories, or the largest sources of traffic.
with

stepped as (
    select
        device_category as series,
        step_number,
        step_name,
        session_count
    from daily_funnel
    where
        $by = 'Device'
        and category = 'all'
        and $namespace in ('all', namespace)
        and funnel_date between $first_day and $last_day

    union all

    select
        category as series,
        step_number,
        step_name,
        session_count
    from daily_funnel
    where
        $by = 'Category'
        and category <> 'all'
        and $namespace in ('all', namespace)
        and funnel_date between $first_day and $last_day

    union all

    select
        traffic_source as series,
        step_number,
        step_name,
        session_count
    from daily_traffic
    where $by = 'Source' and $namespace in ('all', namespace) and traffic_date between $first_day and $last_day
),

steps as (
    select
        series,
        step_number,
        step_name,
        sum(session_count) as session_count
    from stepped
    group by series, step_number, step_name
),

largest as (
    select
        series,
        session_count as all_count
    from steps
    where step_number = 1
    order by session_count desc, series
    limit 6
)

select
    steps.series,
    step_number,
    step_name,
    session_count,
    session_count / nullif(first_value(session_count) over funnel, 0) as share,
    session_count / nullif(lag(session_count) over funnel, 0) as share_of_previous_step
from steps
inner join largest on steps.series = largest.series
window funnel as (partition by steps.series order by step_number)
order by all_count desc, steps.series, step_number
