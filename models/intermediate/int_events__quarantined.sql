{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_changed_rows(ref('int_events__classified')) }}",
    post_hook="{{ mark_processed() }}"
) }}

{# Rejected events: rows of which the outcome has changed are taken out, and come back where they are still rejected. #}
with

events as (

    select * from {{ ref('int_events__classified') }}
    where
        row_status = 'quarantined'
        {% if is_incremental() %}
        and {{ changed_since_last_build() }}
        {% endif %}

),

final as (

    select
        source_name,
        table_name,
        quarantine_reason,
        landing_file,
        source_file,
        source_row,
        item_number,
        'event ' || coalesce(event_name, 'null')
        || ', occurred_at ' || coalesce(cast(occurred_at as string), 'null')
        || ', quantity ' || coalesce(cast(quantity as string), 'null')
        || ', unit_price ' || coalesce(cast(unit_price as string), 'null')
        || ', currency ' || coalesce(currency, 'null') as detail,
        loaded_at
    from events

)

select * from final
