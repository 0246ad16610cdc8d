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

all_rows as (

    select * from rows_at_hand

    union all

    select
        known_rows.{{ row_columns | join(',\n        known_rows.') }},
        known_rows.row_status = 'superseded' as is_superseded,
        known_rows.is_copy as was_copy,
        known_rows.is_on_bot_day as was_on_bot_day
    from {{ known_event_rows(recovered_files) }} as known_rows
    inner join devices_judged_anew on known_rows.device_id = devices_judged_anew.device_id
    left join touched_device_days
        on
            known_rows.device_id = touched_device_days.device_id
            and known_rows.event_date = touched_device_days.event_date
    left join touched_islands
        on
            known_rows.device_id = touched_islands.device_id
            and known_rows.island_started_at = touched_islands.island_started_at
    where
        touched_islands.device_id is null
        and (touched_device_days.device_id is null or known_rows.island_started_at is not null)

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
