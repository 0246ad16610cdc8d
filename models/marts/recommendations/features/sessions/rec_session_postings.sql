with

steps as (

    select * from {{ ref('rec_session_steps') }}

),

cutoffs as (

    select * from {{ ref('rec_session_cutoffs') }}

),

visits as (

    select
        namespace,
        product_number,
        session_number,
        max(step_number) as step_number,
        max(session_ended_at) as session_ended_at
    from steps
    group by namespace, product_number, session_number

),

ranked as (

    select
        cutoffs.cutoff_id,
        visits.product_number,
        visits.session_number,
        visits.step_number,
        visits.session_ended_at as latest_source_at,
        row_number() over (
            partition by cutoffs.cutoff_id, visits.product_number
            order by visits.session_number desc
        ) as session_rank
    from visits
    inner join cutoffs
        on
            visits.namespace = cutoffs.namespace
            and {{ before_cutoff('visits.session_ended_at') }}

),

final as (

    select * from ranked
    where session_rank <= {{ var('recommender_sessions_per_product') }}

)

select * from final
