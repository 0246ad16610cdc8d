{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ delete_days('cart_date', changed_days(ref('int_events__classified'), 'event_date')) }}",
    post_hook="{{ mark_processed() }}"
) }}

{% set changed_days = changed_days(ref('int_events__classified'), 'event_date') %}
with

sessions as (

    select * from {{ ref('fct_sessions') }}
    where
        add_to_cart_count > 0
        {% if is_incremental() %}
        and session_date in ({{ changed_days }})
        {% endif %}

),

sessions_by_category as (

    select * from {{ ref('int_sessions__by_category') }}
    {% if is_incremental() %}
    where session_date in ({{ changed_days }})
    {% endif %}

),

cart_values as (

    select
        session_id,
        sum(cart_value) as cart_value
    from sessions_by_category
    group by session_id

),

carts as (

    select
        sessions.session_date,
        sessions.namespace,
        coalesce(sessions.device_category, 'unknown') as device_category,
        not sessions.is_converted as is_abandoned,
        coalesce(cart_values.cart_value, 0) as cart_value
    from sessions
    left join cart_values on sessions.session_id = cart_values.session_id

),

counted as (

    select
        session_date,
        namespace,
        device_category,
        count(*) as cart_count,
        count(case when is_abandoned then 1 end) as abandoned_cart_count,
        sum(cart_value) as cart_value,
        sum(case when is_abandoned then cart_value else 0 end) as abandoned_cart_value
    from carts
    group by session_date, namespace, device_category

),

final as (

    select
        session_date as cart_date,
        namespace,
        device_category,
        cart_count,
        abandoned_cart_count,
        cast(cart_value as decimal(18, 4)) as cart_value,
        cast(abandoned_cart_value as decimal(18, 4)) as abandoned_cart_value,
        round(cast(abandoned_cart_count as double) / nullif(cart_count, 0), 9) as abandonment_rate
    from counted

)

select * from final
