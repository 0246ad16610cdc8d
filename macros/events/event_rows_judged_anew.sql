{#
    CTEs of an incremental build of int_events__classified from `bot_days` of the days at hand to `bot_devices` and
    `all_rows`: a device whose verdict changes takes all its rows along, those of untouched days too.
#}
{% macro event_rows_judged_anew(row_columns, recovered_files) %}
bot_days_before as (

    select distinct
        device_id,
        event_date
    from {{ this }}
    where is_on_bot_day

),

bot_days_elsewhere as (

    select bot_days_before.*
    from bot_days_before
    left join touched_device_days
        on
            bot_days_before.device_id = touched_device_days.device_id
            and bot_days_before.event_date = touched_device_days.event_date
    where touched_device_days.device_id is null

),

bot_devices as (

    select device_id from bot_days
    union
    select device_id from bot_days_elsewhere

),

devices_judged_anew as (

    select bot_devices.device_id
    from bot_devices
    left join bot_days_before on bot_devices.device_id = bot_days_before.device_id
    where bot_days_before.device_id is null
    union
    select bot_days_before.device_id
    from bot_days_before
    left join bot_devices on bot_days_before.device_id = bot_devices.device_id
    where bot_devices.device_id is null

),

days_judged_anew as (

    {% set index = event_day_index('devices') %}
    select distinct
        known_rows.device_id,
        known_rows.event_date
    from {{ known_event_rows(recovered_files) }} as known_rows
    where
        known_rows.device_id in (select devices_judged_anew.device_id from devices_judged_anew)
        {% if index %}
        and known_rows.event_date in (
            select days.event_date from {{ indexed_days(index) }} as days
            where days.id_hash in (select {{ id_hash('devices_judged_anew.device_id') }} from devices_judged_anew)
        )
        {% endif %}

),

rows_judged_anew as (

    select known_rows.*
    from {{ known_event_rows(recovered_files) }} as known_rows
    where
        (known_rows.device_id, known_rows.event_date) in (
            select
                days_judged_anew.device_id,
                days_judged_anew.event_date
            from days_judged_anew
        )

),

rows_judged_anew_elsewhere as (

    select judged.*
    from rows_judged_anew as judged
    left join touched_islands
        on
            judged.device_id = touched_islands.device_id
            and judged.island_started_at = touched_islands.island_started_at
    left join touched_device_days
        on
            judged.device_id = touched_device_days.device_id
            and judged.event_date = touched_device_days.event_date
    where
        case
            when judged.island_started_at is null then touched_device_days.device_id is null
            else touched_islands.device_id is null
        end

),

all_rows as (

    select * from rows_at_hand

    union all

    select
        {{ columns_of_known_row(row_columns) }}
    from rows_judged_anew_elsewhere

),

copies as (

    select * from copies_at_hand

    union all

    -- a copy of which no other copy came or went stays one
    select
        landing_file,
        source_row,
        item_number
    from all_rows
    where was_copy and event_hash not in (select changed_hashes.event_hash from changed_hashes)

),
{% endmacro %}
