with

steps as (

    select * from {{ ref('rec_session_steps') }}

),

cutoffs as (

    select * from {{ ref('rec_session_cutoffs') }}

),

final as (

    select
        cutoffs.cutoff_id,
        steps.product_number,
        min(steps.product_id) as product_id,
        count(*) as step_count,
        count(distinct steps.session_number) as session_count,
        -- of some thirtieth of the sessions
        {{ exact_sum(session_recency('steps.session_number', 30)) }} as recent_steps,
        {{ session_age('max(steps.session_number)', 'max(cutoffs.session_count)') }} as latest_session_age,
        {{ session_age('min(steps.session_number)', 'max(cutoffs.session_count)') }} as first_session_age,
        max(steps.session_ended_at) as latest_source_at
    from steps
    inner join cutoffs
        on
            steps.namespace = cutoffs.namespace
            and {{ before_cutoff('steps.session_ended_at') }}
    group by cutoffs.cutoff_id, steps.product_number

)

select * from final
