{% set label_share = var('recommender_session_label_share') %}
with

steps as (

    select * from {{ ref('rec_session_steps') }}

),

sessions as (

    select
        namespace,
        session_number,
        session_started_at,
        session_ended_at
    from steps
    where step_number = 1

),

starts as (

    select
        namespace,
        session_started_at,
        session_ended_at,
        row_number() over (partition by namespace order by session_started_at, session_number) as start_position,
        count(*) over (partition by namespace) as session_count
    from sessions

),

-- The test begins where the latest share of sessions does, the training labels a share before it.
cutoffs_by_role as (

    select
        namespace,
        'serving' as cutoff_role,
        {{ timestamp_add_days(dbt.date_trunc('day', 'max(session_ended_at)'), 1) }} as cutoff_at
    from starts
    group by namespace

    union all

    select
        namespace,
        'test' as cutoff_role,
        min(session_started_at) as cutoff_at
    from starts
    where start_position > floor(session_count * (1 - {{ label_share }}))
    group by namespace

    union all

    select
        namespace,
        'training' as cutoff_role,
        min(session_started_at) as cutoff_at
    from starts
    where start_position > floor(session_count * (1 - 2 * {{ label_share }}))
    group by namespace

),

with_ends as (

    select
        *,
        lead(cutoff_at) over (partition by namespace order by cutoff_at asc, cutoff_role desc) as label_until
    from cutoffs_by_role

),

session_counts as (

    select
        with_ends.namespace,
        with_ends.cutoff_role,
        count(*) as session_count
    from with_ends
    inner join sessions
        on
            with_ends.namespace = sessions.namespace
            and {{ before_cutoff('sessions.session_ended_at', 'with_ends.cutoff_at') }}
    group by with_ends.namespace, with_ends.cutoff_role

),

final as (

    select
        with_ends.namespace || ':' || with_ends.cutoff_role as cutoff_id,
        with_ends.namespace,
        with_ends.cutoff_role,
        with_ends.cutoff_at,
        with_ends.label_until,
        session_counts.session_count
    from with_ends
    -- A cutoff before which no session ended has nothing to learn from.
    inner join session_counts
        on
            with_ends.namespace = session_counts.namespace
            and with_ends.cutoff_role = session_counts.cutoff_role

)

select * from final
