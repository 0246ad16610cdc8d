{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_days('event_date', changed_days(ref('int_events__classified'), 'event_date')) }}",
    post_hook="{{ mark_processed() }}"
) }}

{#
    What visitors did with recommendations, and their purchases, which tell on which device an order was placed: a
    fraction of the events, so that what looks back for a list or an order reads these.
#}
with

events as (

    select * from {{ ref('int_events__classified') }}
    where
        row_status = 'fact'
        and event_name in ('view_recommendation', 'select_recommendation', 'dismiss_recommendation', 'purchase')
        {% if is_incremental() %}
        and event_date in ({{ changed_days(ref('int_events__classified'), 'event_date') }})
        {% endif %}

),

final as (

    select
        -- ids
        event_id,
        namespace,
        device_id,
        customer_id,
        product_id,
        recommendation_id,
        list_id,
        -- a purchase that names no order is one of its own
        case when event_name = 'purchase' then coalesce(order_id, event_id) end as order_id,

        -- text
        event_name,

        -- numbers
        position,

        -- times
        event_date,
        occurred_at
    from events

)

select * from final
