{{ config(
    materialized='incremental',
    incremental_strategy='replace_rows',
    meta={'day_column': 'event_date'},
    post_hook="{{ mark_processed() }}"
) }}

{#
    Every landed event, what became of it, and its session.

    * Of rows with one event_id the smallest (received_at, content) is the event, the others are duplicates.
    * A device that is a bot on one day is one on all days, those before it included.
    * An island is what a device did without a pause longer than the timeout; a session is an island, or a piece of one
      that is longer than the maximum. Login does not split.

    An incremental build takes the pending rows and, from this table, the rows that they may bear upon: the copies of
    the same events, the devices' events of the same days, the islands that these days touch, and all that a device
    did whose verdict changes. What it works out for them is what a full build works out for all.
    Copies, bots and islands are told from narrow columns; the wide rows are read once, at the end.
#}
{% set incremental = is_incremental() %}
{% set recovered_files = recovered_event_files(ref('int_products__classified')) %}
{% set row_columns = event_columns() + ['device_category', 'event_date', 'event_hash', 'rule_broken'] %}
with
{% if incremental %}

landed_rows as (

    select * from {{ ref('int_events__checked') }}
    where landing_file in ({{ pending_files('events') }})

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

known_rows as (

    -- without those that are read anew, and those of files that have been corrected
    select known.* from {{ this }} as known
    where
        known.landing_file not in ({{ unsettled_files('events') }})
        {% if recovered_files %}
        and not exists (
            select 1 from landed_rows
            where
                landed_rows.landing_file = known.landing_file
                and landed_rows.source_row = known.source_row
                and landed_rows.item_number = known.item_number
        )
        {% endif %}

),

withdrawn_rows as (

    select * from {{ this }}
    where landing_file in ({{ unsettled_files('events') }})

),

changed_hashes as (

    select event_hash from landed_rows
    where event_hash is not null
    union
    select event_hash from withdrawn_rows
    where event_hash is not null

),

copies_elsewhere as (

    select
        known_rows.device_id,
        known_rows.event_date
    from known_rows
    where known_rows.event_hash in (select changed_hashes.event_hash from changed_hashes)

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
    from withdrawn_rows
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
        event_date,
        event_date + {{ days }} as nearby_date
    from touched_device_days
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

touched_islands as (

    select distinct
        known_rows.device_id,
        known_rows.island_started_at
    from known_rows
    inner join nearby_days
        on
            known_rows.device_id = nearby_days.device_id
            and known_rows.event_date = nearby_days.nearby_date
    where
        known_rows.island_started_at is not null
        and known_rows.island_started_at
        <= cast(nearby_days.event_date as timestamp)
        + interval '1' day + interval '{{ var("session_timeout_minutes") }}' minute
        and known_rows.island_ended_at
        >= cast(nearby_days.event_date as timestamp) - interval '{{ var("session_timeout_minutes") }}' minute

),

touched_rows as (

    select known_rows.*
    from known_rows
    inner join touched_islands
        on
            known_rows.device_id = touched_islands.device_id
            and known_rows.island_started_at = touched_islands.island_started_at

    union all

    select known_rows.*
    from known_rows
    inner join touched_device_days
        on
            known_rows.device_id = touched_device_days.device_id
            and known_rows.event_date = touched_device_days.event_date
    where known_rows.island_started_at is null

),

rows_at_hand as (

    select
        {% for column in row_columns %}
        {{ column }},
        {% endfor %}
        row_status = 'superseded' as is_superseded,
        is_copy as was_copy,
        is_on_bot_day as was_on_bot_day
    from touched_rows

    union all

    select
        {% for column in row_columns %}
        {{ column }},
        {% endfor %}
        landing_file in ({{ superseded_files('events') }}) as is_superseded,
        false as was_copy,
        false as was_on_bot_day
    from landed_rows

    union all

    -- the rows of a corrected file; those of pending files have just been read
    select
        {% for column in row_columns %}
        {{ column }},
        {% endfor %}
        true as is_superseded,
        false as was_copy,
        false as was_on_bot_day
    from withdrawn_rows
    where landing_file not in ({{ pending_files('events') }})

),
{% else %}

rows_at_hand as (

    select
        {% for column in row_columns %}
        {{ column }},
        {% endfor %}
        landing_file in ({{ superseded_files('events') }}) as is_superseded,
        false as was_copy,
        false as was_on_bot_day
    from {{ ref('int_events__checked') }}

),
{% endif %}

hashes_with_copies as (

    {% if incremental %}
    select event_hash from changed_hashes
    {% else %}
    select event_hash
    from rows_at_hand
    where rule_broken is null and not is_superseded
    group by event_hash
    having count(*) > 1
    {% endif %}

),

ranked_copies as (

    select
        landing_file,
        source_row,
        item_number,
        row_number() over (
            partition by event_id
            order by received_at, {{ event_content() }}, landing_file, source_row, item_number
        ) as copy_number
    from rows_at_hand
    where
        rule_broken is null
        and not is_superseded
        and event_hash in (select hashes_with_copies.event_hash from hashes_with_copies)

),

copies as (

    select * from ranked_copies
    where copy_number > 1

),

sound_rows as (

    select
        rows_at_hand.device_id,
        rows_at_hand.event_date,
        rows_at_hand.occurred_at,
        rows_at_hand.was_on_bot_day
    from rows_at_hand
    left join copies
        on
            rows_at_hand.landing_file = copies.landing_file
            and rows_at_hand.source_row = copies.source_row
            and rows_at_hand.item_number = copies.item_number
    where
        rows_at_hand.rule_broken is null
        and not rows_at_hand.is_superseded
        and copies.landing_file is null
        {% if incremental %}
        -- a copy whose other copies are not at hand stays one
        and not (
            rows_at_hand.was_copy
            and rows_at_hand.event_hash not in (select changed_hashes.event_hash from changed_hashes)
        )
        {% endif %}

),

device_days as (

    select
        device_id,
        event_date,
        count(*) as event_count,
        {{ seconds_between('min(occurred_at)', 'max(occurred_at)') }} as active_seconds
    from sound_rows
    group by device_id, event_date

),

bot_days as (

    select
        device_days.device_id,
        device_days.event_date
    from device_days
    {% if incremental %}
    inner join touched_device_days
        on
            device_days.device_id = touched_device_days.device_id
            and device_days.event_date = touched_device_days.event_date
    {% endif %}
    where
        device_days.event_count >= {{ var('bot_certain_events_per_day') }}
        or (
            device_days.event_count >= {{ var('bot_minimum_events_per_day') }}
            and device_days.active_seconds
            < device_days.event_count * {{ var('bot_mean_seconds_between_events') }}
        )

),
{% if incremental %}

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
        {% for column in row_columns %}
        known_rows.{{ column }},
        {% endfor %}
        known_rows.row_status = 'superseded' as is_superseded,
        known_rows.is_copy as was_copy,
        known_rows.is_on_bot_day as was_on_bot_day
    from known_rows
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

is_copy_known as (

    -- what is a copy among the rows at hand: ranked anew where a copy came or went, else as it was
    select
        landing_file,
        source_row,
        item_number
    from all_rows
    where was_copy and event_hash not in (select changed_hashes.event_hash from changed_hashes)
    union all
    select
        landing_file,
        source_row,
        item_number
    from copies

),
{% else %}

bot_devices as (

    select distinct device_id from bot_days

),
{% endif %}

judged_rows as (

    select
        all_rows.*,
        copies.landing_file is not null as is_copy,
        bot_days.device_id is not null
        {% if incremental %}
        or (touched_device_days.device_id is null and all_rows.was_on_bot_day)
        {% endif %}
        as is_on_bot_day,
        bot_devices.device_id is not null as is_bot
    from {{ 'all_rows' if incremental else 'rows_at_hand as all_rows' }}
    left join {{ 'is_copy_known' if incremental else 'copies' }} as copies
        on
            all_rows.landing_file = copies.landing_file
            and all_rows.source_row = copies.source_row
            and all_rows.item_number = copies.item_number
    left join bot_days
        on
            all_rows.device_id = bot_days.device_id
            and all_rows.event_date = bot_days.event_date
    {% if incremental %}
    left join touched_device_days
        on
            all_rows.device_id = touched_device_days.device_id
            and all_rows.event_date = touched_device_days.event_date
    {% endif %}
    left join bot_devices on all_rows.device_id = bot_devices.device_id

),

classified as (

    select
        *,
        'events' as table_name,
        case
            when is_superseded then null
            when rule_broken is not null then rule_broken
            when is_copy then null
            when is_bot then 'bot_behaviour'
        end as quarantine_reason,
        case
            when is_superseded then 'superseded'
            when rule_broken is not null then 'quarantined'
            when is_copy then 'duplicate'
            when is_bot then 'quarantined'
            else 'fact'
        end as row_status
    from judged_rows

),

event_times as (

    select
        device_id,
        occurred_at
    from classified
    where row_status = 'fact'

),

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
    from event_times

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

session_days as (

    select
        *,
        cast(session_started_at as date) as event_date
    from sessions

    union all

    select
        *,
        cast(session_ended_at as date) as event_date
    from sessions
    where cast(session_ended_at as date) <> cast(session_started_at as date)

),

final as (

    select
        {% for column in row_columns %}
        classified.{{ column }},
        {% endfor %}
        classified.table_name,
        classified.is_copy,
        classified.is_on_bot_day,
        classified.row_status,
        classified.quarantine_reason,
        case
            when classified.quarantine_reason is not null
                then
                    'event ' || coalesce(classified.event_name, 'null')
                    || ', occurred_at ' || coalesce(cast(classified.occurred_at as string), 'null')
                    || ', quantity ' || coalesce(cast(classified.quantity as string), 'null')
                    || ', unit_price ' || coalesce(cast(classified.unit_price as string), 'null')
                    || ', currency ' || coalesce(classified.currency, 'null')
        end as detail,
        session_days.device_id || '/' || cast({{ unix_seconds('session_days.session_started_at') }} as string)
            as session_id,
        session_days.session_started_at,
        session_days.island_started_at,
        session_days.island_ended_at,
        {{ invocation_time() }} as processed_at
    from classified
    left join session_days
        on
            classified.row_status = 'fact'
            and classified.device_id = session_days.device_id
            and classified.event_date = session_days.event_date
            and classified.occurred_at between session_days.session_started_at and session_days.session_ended_at

)

select * from final
