{{ config(materialized='view') }}

{# Every landed event with the first rule it breaks on its own, if any; bots are told later, by device. #}
with

events as (

    select * from {{ ref('int_events__unioned') }}

),

event_names as (

    select * from {{ ref('event_names') }}

),

currencies as (

    select * from {{ ref('exchange_rates') }}

),

catalogue as (

    select distinct product_id from {{ ref('int_products__classified') }}
    where row_status in ('fact', 'superseded')

),

bot_user_agents as (

    -- few distinct user agents against few patterns, instead of every event against every pattern
    select distinct agents.user_agent
    from (select distinct user_agent from events) as agents
    inner join {{ ref('bot_patterns') }} as bot_patterns
        on
            coalesce(
                replace(lower(agents.user_agent), bot_patterns.exempt_text, ''), lower(agents.user_agent)
            ) like '%' || bot_patterns.pattern || '%'

),

checked as (

    select
        events.*,
        case
            when events.event_id is null then 'missing_event_id'
            when events.device_id is null then 'missing_device_id'
            when event_names.event_name is null then 'unknown_event_name'
            when events.occurred_at is null or events.received_at is null then 'missing_time'
            when {{ is_impossible_time('events.occurred_at', 'events.received_at') }} then 'impossible_time'
            when events.occurred_at < events.received_at - interval '366' day then 'impossible_time'
            when event_names.is_about_product and events.product_id is null then 'missing_product_id'
            when events.product_id is not null and catalogue.product_id is null then 'unknown_product'
            when events.unit_price < 0 or events.unit_price > {{ var('price_limit') }} then 'impossible_price'
            when events.event_name in ('purchase', 'add_to_cart') and coalesce(events.quantity, 1) <= 0
                then 'impossible_quantity'
            when events.currency is not null and currencies.currency is null then 'unknown_currency'
            when bot_user_agents.user_agent is not null then 'bot_user_agent'
        end as rule_broken,
        {{ surrogate_key(['events.event_id', 'events.event_name', 'events.occurred_at', 'events.device_id',
            'events.customer_id', 'events.product_id', 'events.quantity', 'events.unit_price', 'events.currency',
            'events.order_id', 'events.page_url', 'events.search_term', 'events.list_id', 'events.position',
            'events.recommendation_id', 'events.user_agent']) }} as content_hash
    from events
    left join event_names on events.event_name = event_names.event_name
    left join currencies on events.currency = currencies.currency
    left join catalogue on events.product_id = catalogue.product_id
    left join bot_user_agents on events.user_agent = bot_user_agents.user_agent

)

select * from checked
