{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_days('row_date', days_that_arrived(ref('int_events__classified'), 'events', 'event_date')) }}",
    post_hook="{{ mark_processed() }}"
) }}

{# Columns of landed events profiled by day: days for which rows have arrived are profiled anew. #}
with

events as (

    select
        *,
        event_date as row_date
    from {{ ref('int_events__classified') }}
    where
        item_number = 1
        and not {{ is_withdrawn('events') }}
        {% if is_incremental() %}
        and event_date in ({{ days_that_arrived(ref('int_events__classified'), 'events', 'event_date') }})
        {% endif %}

),

profiles as (

    {{ profile_columns('events', 'events') }}

),

final as (

    {{ unpivot_profiles('profiles', 'events') }}

)

select * from final
