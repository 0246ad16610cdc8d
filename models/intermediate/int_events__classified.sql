{#
    Every landed event and what became of it. Of rows with one event_id the smallest (received_at, content) is the
    event, the others are duplicates; a device that turns out to be a bot takes its whole past with it.
#}
with

checked as (

    select * from {{ ref('int_events__checked') }}

),

ranked as (

    select
        *,
        row_number() over (
            partition by event_id, case when rule_broken is null then 0 else 1 end
            order by received_at, content_hash, landing_file, source_row
        ) as copy_number
    from checked

),

device_days as (

    select
        device_id,
        cast(occurred_at as date) as event_date,
        count(*) as event_count,
        {{ seconds_between('min(occurred_at)', 'max(occurred_at)') }} as active_seconds
    from ranked
    where rule_broken is null and copy_number = 1
    group by device_id, cast(occurred_at as date)

),

bot_devices as (

    select distinct device_id
    from device_days
    where
        event_count >= {{ var('bot_certain_events_per_day') }}
        or (
            event_count >= {{ var('bot_minimum_events_per_day') }}
            and active_seconds < event_count * {{ var('bot_mean_seconds_between_events') }}
        )

),

classified as (

    select
        ranked.*,
        'events' as table_name,
        case
            when ranked.rule_broken is not null then ranked.rule_broken
            when ranked.copy_number > 1 then null
            when bot_devices.device_id is not null then 'bot_behaviour'
        end as quarantine_reason,
        case
            when ranked.rule_broken is not null then 'quarantined'
            when ranked.copy_number > 1 then 'duplicate'
            when bot_devices.device_id is not null then 'quarantined'
            else 'fact'
        end as row_status,
        'event ' || coalesce(ranked.event_name, 'null')
        || ', occurred_at ' || coalesce(cast(ranked.occurred_at as string), 'null')
        || ', quantity ' || coalesce(cast(ranked.quantity as string), 'null')
        || ', unit_price ' || coalesce(cast(ranked.unit_price as string), 'null')
        || ', currency ' || coalesce(ranked.currency, 'null') as detail
    from ranked
    left join bot_devices on ranked.device_id = bot_devices.device_id

)

select * from classified
