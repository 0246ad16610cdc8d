{#
    CTEs from the events' times (device_id, occurred_at) of a relation to `session_days`: one row per session and day
    that it touches, with the times of the session and of its island.
#}
{% macro session_days_of(event_times) %}
{% if var('session_max_hours') | float > 24 %}
    {% do exceptions.raise_compiler_error("session_max_hours is at most 24: a session touches two days, no more") %}
{% endif %}
with_pauses as (

    select
        *,
        case
            when
                {{ seconds_between(
                    'lag(occurred_at) over (partition by device_id order by occurred_at)', 'occurred_at'
                ) }} <= {{ var('session_timeout_minutes') }} * 60
                then 0
            else 1
        end as starts_island
    from {{ event_times }}

),

with_islands as (

    select
        *,
        sum(starts_island) over (
            partition by device_id
            order by occurred_at
            range between unbounded preceding and current row
        ) as island_number
    from with_pauses

),

islands as (

    select
        device_id,
        island_number,
        min(occurred_at) as island_started_at,
        max(occurred_at) as island_ended_at
    from with_islands
    group by device_id, island_number

),

long_island_pieces as (

    select
        with_islands.device_id,
        islands.island_started_at,
        islands.island_ended_at,
        min(with_islands.occurred_at) as session_started_at,
        max(with_islands.occurred_at) as session_ended_at
    from with_islands
    inner join islands
        on
            with_islands.device_id = islands.device_id
            and with_islands.island_number = islands.island_number
    where
        {{ seconds_between('islands.island_started_at', 'islands.island_ended_at') }}
        >= {{ var('session_max_hours') }} * 3600
    group by
        with_islands.device_id,
        islands.island_started_at,
        islands.island_ended_at,
        floor(
            {{ seconds_between('islands.island_started_at', 'with_islands.occurred_at') }}
            / ({{ var('session_max_hours') }} * 3600)
        )

),

sessions as (

    select
        device_id,
        island_started_at,
        island_ended_at,
        island_started_at as session_started_at,
        island_ended_at as session_ended_at
    from islands
    where
        {{ seconds_between('island_started_at', 'island_ended_at') }} < {{ var('session_max_hours') }} * 3600

    union all

    select * from long_island_pieces

),

identified_sessions as (

    -- two sessions of a device start half an hour apart or more
    select
        *,
        device_id || '/' || cast({{ unix_seconds('session_started_at') }} as string) as session_id
    from sessions

),

session_days as (

    select
        *,
        cast(session_started_at as date) as event_date
    from identified_sessions

    union all

    select
        *,
        cast(session_ended_at as date) as event_date
    from identified_sessions
    where cast(session_ended_at as date) <> cast(session_started_at as date)

),
{% endmacro %}
