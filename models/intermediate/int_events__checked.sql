{{ config(materialized='view') }}

{# Every landed event with the first rule it breaks on its own, if any; copies and bots are told later, among others. #}
with

events as (

    select * from {{ ref('int_events__unioned') }}

),

event_names as (

    select * from {{ ref('event_names') }}

),

currencies as (

    select distinct currency from {{ ref('exchange_rates') }}

),

catalogue as (

    select distinct product_id from {{ ref('int_products__classified') }}
    where row_status in ('fact', 'superseded') and not is_withdrawn

),

user_agents as (

    select * from {{ ref('int_user_agents') }}

),

checked as (

    select
        {% for column in event_columns() %}
        events.{{ column }},
        {% endfor %}
        user_agents.device_category,
        -- of a row without a time, the day it landed
        coalesce(cast(events.occurred_at as date), cast(events.loaded_at as date)) as event_date,
        {{ id_hash('events.event_id') }} as event_hash,
        case
            when events.event_id is null then 'missing_event_id'
            when events.device_id is null then 'missing_device_id'
            when event_names.event_name is null then 'unknown_event_name'
            when events.occurred_at is null or events.received_at is null then 'missing_time'
            when {{ is_impossible_time('events.occurred_at', 'events.received_at') }} then 'impossible_time'
            when events.occurred_at < events.received_at - interval '366' day then 'impossible_time'
            when event_names.is_about_product and events.product_id is null then 'missing_product_id'
            when
                events.product_id is not null and catalogue.product_id is null
                and events.source_name not in ({{ text_list(var('events_only_sources')) }})
                then 'unknown_product'
            when events.unit_price < 0 or events.unit_price > {{ var('price_limit') }} then 'impossible_price'
            when events.event_name in ('purchase', 'add_to_cart') and coalesce(events.quantity, 1) <= 0
                then 'impossible_quantity'
            when events.currency is not null and currencies.currency is null then 'unknown_currency'
            when user_agents.is_bot then 'bot_user_agent'
        end as rule_broken
    from events
    left join event_names on events.event_name = event_names.event_name
    left join currencies on events.currency = currencies.currency
    left join catalogue on events.product_id = catalogue.product_id
    left join user_agents on events.user_agent = user_agents.user_agent

)

select * from checked
