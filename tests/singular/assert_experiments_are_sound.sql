-- A failure means that an experiment of seed `experiments` cannot be read, or not be served; `problem` says why. Mend
-- the seed before the experiment starts: another share, or order of the arms, while it runs moves visitors about.
with

experiments as (

    select * from {{ ref('experiments') }}

),

summaries as (

    select
        experiment_name,
        count(*) as arm_count,
        sum(share) as total_share,
        count(case when is_control then 1 end) as control_count,
        min(arm_number) as first_number,
        max(arm_number) as last_number,
        count(
            distinct namespace || '/' || unit || '/' || coalesce(placement, '') || '/' || cast(starts_on as string)
            || '/' || coalesce(cast(ends_on as string), '') || '/' || metric || '/' || coalesce(guardrail_metrics, '')
        ) as description_count
    from experiments
    group by experiment_name

),

problems as (

    select
        experiment_name,
        'its shares add up to ' || cast(total_share as string) || ', not to 1' as problem
    from summaries
    where total_share <> 1

    union all

    select
        experiment_name,
        'it has ' || cast(control_count as string) || ' controls, not one' as problem
    from summaries
    where control_count <> 1

    union all

    select
        experiment_name,
        'it has ' || cast(arm_count as string) || ' arms, not 2 to 10' as problem
    from summaries
    where arm_count < 2 or arm_count > 10

    union all

    select
        experiment_name,
        'its arms are not numbered 1, 2, 3 and so on' as problem
    from summaries
    where first_number <> 1 or last_number <> arm_count

    union all

    select
        experiment_name,
        'its rows differ in what holds of the whole experiment' as problem
    from summaries
    where description_count <> 1

    union all

    select distinct
        experiment_name,
        'guardrails are other metrics than the one that decides, with one blank between them: ' || guardrail_metrics
            as problem
    from experiments
    where
        ' ' || guardrail_metrics || ' ' like '% ' || metric || ' %'
        or trim(
            replace(
                replace(
                    replace(' ' || guardrail_metrics || ' ', ' click_through_rate ', '  '), ' conversion_rate ', '  '
                ), ' revenue_per_unit ', '  '
            )
        ) <> ''

    union all

    -- a visitor can be served by one experiment at a time
    select distinct
        one.experiment_name,
        'it meets ' || other.experiment_name || ' on the same days at the same placement' as problem
    from experiments as one
    inner join experiments as other
        on
            one.namespace = other.namespace
            and one.experiment_name < other.experiment_name
            and coalesce(one.placement, other.placement, '') = coalesce(other.placement, one.placement, '')
            and coalesce(one.ends_on, other.starts_on) >= other.starts_on
            and one.starts_on <= coalesce(other.ends_on, one.starts_on)

)

select * from problems
