{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_days('row_date', changed_days(ref('int_events__classified'), 'event_date')) }}",
    post_hook="{{ mark_processed() }}"
) }}

{# Landed events counted by day and outcome: days on which the outcome of a row has changed are counted anew. #}
with

events as (

    -- of an event that tells of several products the first part stands for the landed row
    select * from {{ ref('int_events__classified') }}
    where
        item_number = 1
        {% if is_incremental() %}
        and event_date in (
            select changed.changed_date
            from ({{ changed_days(ref('int_events__classified'), 'event_date') }}) as changed
        )
        {% endif %}

),

final as (

    select
        source_name,
        table_name,
        event_date as row_date,
        row_status,
        -- of events no version follows another: a superseded one is of a file that a later one corrects
        row_status = 'superseded' as is_corrected,
        count(*) as row_count,
        max(occurred_at) as latest_occurred_at,
        max(loaded_at) as latest_loaded_at
    from events
    group by source_name, table_name, event_date, row_status

)

select * from final
