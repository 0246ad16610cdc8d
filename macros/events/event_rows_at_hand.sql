{#
    CTEs of an incremental build of int_events__classified up to `rows_at_hand`: the rows of files that are not settled,
    read from landing, and the rows of the table that they may bear upon. Each looks at the days concerned, except
    `days_of_copies`, which looks through the hashes of all events: a message may be sent again at any time.
#}
{% macro event_rows_at_hand(row_columns, recovered_files) %}
{% set known_event_rows = known_event_rows(recovered_files) %}
landed_rows as (

    select * from {{ ref('int_events__checked') }}
    where {{ to_be_taken_in('events') }}

    {% if recovered_files %}
    union all

    select checked.*
    from {{ ref('int_events__checked') }} as checked
    inner join {{ this }} as rejected
        on
            checked.landing_file = rejected.landing_file
            and checked.source_row = rejected.source_row
            and checked.item_number = rejected.item_number
    where
        checked.landing_file in ({{ recovered_files }})
        and rejected.quarantine_reason = 'unknown_product'
        and checked.rule_broken is distinct from 'unknown_product'
    {% endif %}

),

changed_hashes as (

    select distinct event_hash from landed_rows
    where event_hash is not null

),

days_of_copies as (

    {% set index = event_day_index('events') %}
    {% if index %}
    select
        id_hash as event_hash,
        event_date
    from {{ indexed_days(index) }} as days
    where id_hash in (select changed_hashes.event_hash from changed_hashes)
    {% else %}
    select
        event_hash,
        event_date
    from {{ known_event_rows }} as known_rows
    where event_hash in (select changed_hashes.event_hash from changed_hashes)
    {% endif %}

),

copies_elsewhere as (

    select
        known_rows.device_id,
        known_rows.event_date
    from {{ known_event_rows }} as known_rows
    where
        (known_rows.event_hash, known_rows.event_date) in (
            select
                days_of_copies.event_hash,
                days_of_copies.event_date
            from days_of_copies
        )

),

touched_device_days as (

    select
        device_id,
        event_date
    from landed_rows
    where device_id is not null
    union
    select
        device_id,
        event_date
    from copies_elsewhere
    where device_id is not null

),

nearby_days as (

    -- an island that reaches into a day has an event on it, or on the day before or after
    {% for days in [-1, 0, 1] %}
    select
        device_id,
        event_date + {{ days }} as event_date
    from touched_device_days
    {% if not loop.last %}union{% endif %}
    {% endfor %}

),

nearby_islands as (

    select distinct
        known_rows.device_id,
        known_rows.island_started_at,
        known_rows.island_ended_at
    from {{ known_event_rows }} as known_rows
    where
        known_rows.island_started_at is not null
        and (known_rows.device_id, known_rows.event_date) in (
            select
                nearby_days.device_id,
                nearby_days.event_date
            from nearby_days
        )

),

touched_islands as (

    select
        nearby_islands.device_id,
        nearby_islands.island_started_at
    from nearby_islands
    where exists (
        select 1 from touched_device_days
        where
            touched_device_days.device_id = nearby_islands.device_id
            and nearby_islands.island_started_at
            <= cast(touched_device_days.event_date as timestamp)
            + interval '1' day + interval '{{ var("session_timeout_minutes") }}' minute
            and nearby_islands.island_ended_at
            >= cast(touched_device_days.event_date as timestamp)
            - interval '{{ var("session_timeout_minutes") }}' minute
    )

),

touched_rows as (

    select known_rows.*
    from {{ known_event_rows }} as known_rows
    where
        (known_rows.device_id, known_rows.island_started_at) in (
            select
                touched_islands.device_id,
                touched_islands.island_started_at
            from touched_islands
        )

    union all

    select known_rows.*
    from {{ known_event_rows }} as known_rows
    where
        known_rows.island_started_at is null
        and (known_rows.device_id, known_rows.event_date) in (
            select
                touched_device_days.device_id,
                touched_device_days.event_date
            from touched_device_days
        )

),

rows_at_hand as (

    select
        {{ columns_of_known_row(row_columns) }}
    from touched_rows

    union all

    select
        {{ row_columns | join(',\n        ') }},
        {{ is_withdrawn('events') }} as is_superseded,
        false as was_copy,
        false as was_on_bot_day
    from landed_rows

),
{% endmacro %}
