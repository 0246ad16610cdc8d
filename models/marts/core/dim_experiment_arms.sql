with

experiments as (

    select * from {{ ref('experiments') }}

),

final as (

    select
        -- ids
        experiment_name,
        namespace,
        arm,

        -- text
        strategy,
        unit,
        placement,
        metric,
        guardrail_metrics,

        -- numbers
        arm_number,
        share,
        cast(
            sum(share) over (
                partition by experiment_name order by arm_number rows between unbounded preceding and current row
            ) - share as decimal(9, 6)
        ) as share_from,
        cast(
            sum(share) over (
                partition by experiment_name order by arm_number rows between unbounded preceding and current row
            ) as decimal(9, 6)
        ) as share_until,

        -- booleans
        is_control,

        -- times
        starts_on,
        ends_on
    from experiments

)

select * from final
