{{ config(materialized='view') }}

{#
    Gives each event its session: a device's events split where it idles longer than the timeout, and an island of
    activity longer than the maximum cut at multiples of the maximum from its first event. Login does not split.
#}
with

events as (

    select * from {{ ref('int_events__classified') }}
    where row_status = 'fact'

),

with_previous as (

    select
        *,
        lag(occurred_at) over (partition by device_id order by occurred_at, event_id) as previous_occurred_at
    from events

),

with_gaps as (

    select
        *,
        case
            when
                {{ seconds_between('previous_occurred_at', 'occurred_at') }}
                <= {{ var('session_timeout_minutes') }} * 60
                then 0
            else 1
        end as starts_island
    from with_previous

),

with_islands as (

    select
        *,
        sum(starts_island) over (
            partition by device_id
            order by occurred_at, event_id
            rows between unbounded preceding and current row
        ) as island_number
    from with_gaps

),

with_pieces as (

    select
        *,
        cast(floor(
            {{ seconds_between('min(occurred_at) over (partition by device_id, island_number)', 'occurred_at') }}
            / ({{ var('session_max_hours') }} * 3600)
        ) as bigint) as piece_number
    from with_islands

),

sessionised as (

    select
        *,
        {{ surrogate_key([
            'device_id',
            'min(occurred_at) over (partition by device_id, island_number, piece_number)'
        ]) }} as session_id
    from with_pieces

)

select * from sessionised
