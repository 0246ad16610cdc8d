{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_days('event_date', changed_days(ref('int_events__classified'), 'event_date')) }}",
    post_hook="{{ mark_processed() }}"
) }}

{# How often each product was looked at and put in a cart: by the event's own day, which need not be its session's. #}
{% set changed_days = changed_days(ref('int_events__classified'), 'event_date') %}
with

events as (

    select * from {{ ref('fct_events') }}
    where
        event_name in ('view_item', 'add_to_cart')
        and product_id is not null
        {% if is_incremental() %}
        and event_date in ({{ changed_days }})
        {% endif %}

),

final as (

    select
        event_date,
        namespace,
        product_id,
        count(case when event_name = 'view_item' then 1 end) as view_count,
        count(case when event_name = 'add_to_cart' then 1 end) as add_to_cart_count
    from events
    group by event_date, namespace, product_id

)

select * from final
