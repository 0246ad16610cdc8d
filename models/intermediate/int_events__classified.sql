{{ config(
    materialized='incremental',
    incremental_strategy='replace_rows',
    meta={'day_column': 'event_date'},
    pre_hook="{{ drop_event_day_indexes() }}",
    post_hook=["{{ index_event_days() }}", "{{ mark_processed() }}"]
) }}

{#
    Every landed event, what became of it, and its session.

    * Of rows with one event_id the smallest (received_at, content) is the event, the others are duplicates.
    * A device that is a bot on one day is one on all days, those before it included.
    * An island is what a device did without a pause longer than the timeout; a session is an island, or a piece of one
      that is longer than the maximum. Login does not split.

    An incremental build takes the rows of files that are not settled and, from this table, the rows that they may bear
    upon: the copies of the same events, the devices' events of the same days, the islands that these days touch, and
    all that a device did whose verdict changes. What it works out for them is what a full build works out for all.

    Copies, bots and sessions are told from a few narrow columns, and the wide rows are read once, at the end: sorting
    wide rows by device takes ten times as long. So in a full build the rows are a subquery that is read anew for each
    purpose, not a CTE, which DuckDB would keep whole. (LT02 is off: it cannot see how deep they stand.)
#}
{% set incremental = is_incremental() %}
{% set recovered_files = recovered_event_files(ref('int_products__classified')) %}
{% set row_columns = event_columns() + ['device_category', 'event_date', 'event_hash', 'rule_broken'] %}
{% set every_row %}
(
    select
        checked.*,
        {{ is_withdrawn('events') }} as is_superseded,
        false as was_copy,
        false as was_on_bot_day
    from {{ ref('int_events__checked') }} as checked
)
{% endset %}
{% set rows_at_hand = 'rows_at_hand' if incremental else every_row %}
{% set all_rows = 'all_rows' if incremental else every_row %}
-- noqa: disable=LT02
with
{% if incremental %}

{{ event_rows_at_hand(row_columns, recovered_files) }}
{% endif %}

hashes_with_copies as (

    select at_hand.event_hash
    from {{ rows_at_hand }} as at_hand
    where
        at_hand.rule_broken is null
        and not at_hand.is_superseded
        {% if incremental %}
        and at_hand.event_hash in (select changed_hashes.event_hash from changed_hashes)
        {% endif %}
    group by at_hand.event_hash
    having count(*) > 1

),

ranked_copies as (

    select
        at_hand.landing_file,
        at_hand.source_row,
        at_hand.item_number,
        row_number() over (
            partition by at_hand.event_id
            order by
                at_hand.received_at, {{ event_content('at_hand') }},
                at_hand.landing_file, at_hand.source_row, at_hand.item_number
        ) as copy_number
    from {{ rows_at_hand }} as at_hand
    where
        at_hand.rule_broken is null
        and not at_hand.is_superseded
        and at_hand.event_hash in (select hashes_with_copies.event_hash from hashes_with_copies)

),

copies_at_hand as (

    select
        landing_file,
        source_row,
        item_number
    from ranked_copies
    where copy_number > 1

),

device_days as (

    select
        at_hand.device_id,
        at_hand.event_date,
        -- what was shown is no deed: a page of recommendations tells of a dozen products at one moment
        count(*) - count(case when at_hand.event_name = 'view_recommendation' then 1 end) as event_count,
        {{ seconds_between('min(at_hand.occurred_at)', 'max(at_hand.occurred_at)') }} as active_seconds
    from {{ rows_at_hand }} as at_hand
    left join copies_at_hand
        on
            at_hand.landing_file = copies_at_hand.landing_file
            and at_hand.source_row = copies_at_hand.source_row
            and at_hand.item_number = copies_at_hand.item_number
    where
        at_hand.rule_broken is null
        and not at_hand.is_superseded
        and copies_at_hand.landing_file is null
        {% if incremental %}
        and not (
            at_hand.was_copy
            and at_hand.event_hash not in (select changed_hashes.event_hash from changed_hashes)
        )
        {% endif %}
    group by at_hand.device_id, at_hand.event_date

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

{{ event_rows_judged_anew(row_columns, recovered_files) }}
{% else %}

bot_devices as (

    select distinct device_id from bot_days

),

copies as (

    select * from copies_at_hand

),
{% endif %}

event_times as (

    select
        sound.device_id,
        sound.occurred_at
    from {{ all_rows }} as sound
    left join copies
        on
            sound.landing_file = copies.landing_file
            and sound.source_row = copies.source_row
            and sound.item_number = copies.item_number
    left join bot_devices on sound.device_id = bot_devices.device_id
    where
        sound.rule_broken is null
        and not sound.is_superseded
        and copies.landing_file is null
        and bot_devices.device_id is null

),

{{ session_days_of('event_times') }}

judged_rows as (

    select
        every.*,
        copies.landing_file is not null as is_copy,
        bot_days.device_id is not null
        {% if incremental %}
        or (touched_device_days.device_id is null and every.was_on_bot_day)
        {% endif %}
        as is_on_bot_day,
        case
            when every.is_superseded then 'superseded'
            when every.rule_broken is not null then 'quarantined'
            when copies.landing_file is not null then 'duplicate'
            when bot_devices.device_id is not null then 'quarantined'
            else 'fact'
        end as row_status
    from {{ all_rows }} as every
    left join copies
        on
            every.landing_file = copies.landing_file
            and every.source_row = copies.source_row
            and every.item_number = copies.item_number
    left join bot_days
        on
            every.device_id = bot_days.device_id
            and every.event_date = bot_days.event_date
    {% if incremental %}
    left join touched_device_days
        on
            every.device_id = touched_device_days.device_id
            and every.event_date = touched_device_days.event_date
    {% endif %}
    left join bot_devices on every.device_id = bot_devices.device_id

),

final as (

    select
        {% for column in row_columns %}
        judged_rows.{{ column }},
        {% endfor %}
        'events' as table_name,
        judged_rows.is_copy,
        judged_rows.is_on_bot_day,
        judged_rows.row_status,
        case
            when judged_rows.row_status = 'quarantined' then coalesce(judged_rows.rule_broken, 'bot_behaviour')
        end as quarantine_reason,
        case
            when judged_rows.row_status = 'quarantined'
                then
                    'event ' || coalesce(judged_rows.event_name, 'null')
                    || ', occurred_at ' || coalesce(cast(judged_rows.occurred_at as string), 'null')
                    || ', quantity ' || coalesce(cast(judged_rows.quantity as string), 'null')
                    || ', unit_price ' || coalesce(cast(judged_rows.unit_price as string), 'null')
                    || ', currency ' || coalesce(judged_rows.currency, 'null')
        end as detail,
        session_days.session_id,
        session_days.session_started_at,
        session_days.island_started_at,
        session_days.island_ended_at,
        {{ invocation_time() }} as processed_at
    from judged_rows
    left join session_days
        on
            judged_rows.row_status = 'fact'
            and judged_rows.device_id = session_days.device_id
            and judged_rows.event_date = session_days.event_date
            and judged_rows.occurred_at between session_days.session_started_at and session_days.session_ended_at

)

select * from final
