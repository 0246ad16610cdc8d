{{ config(
    materialized='incremental',
    on_schema_change='append_new_columns',
    incremental_strategy='append',
    pre_hook="{{ delete_changed_sessions() }}",
    post_hook="{{ mark_processed() }}"
) }}

with

events as (

    -- Whatever changes an event of a session writes all events of the session again.
    select
        *,
        occurred_at = session_started_at as is_first
    from {{ ref('int_events__classified') }}
    where
        row_status = 'fact'
        {% if is_incremental() %}
        and {{ changed_since_last_build() }}
        {% endif %}

),

purchases as (

    select
        session_id,
        count(distinct coalesce(order_id, event_id)) as purchase_count
    from events
    where event_name = 'purchase'
    group by session_id

),

first_events as (

    select
        session_id,
        device_category,
        page_url
    from events
    where is_first
    qualify row_number() over (partition by session_id order by event_id) = 1

),

sessions as (

    select
        session_id,
        namespace,
        device_id,
        session_started_at as started_at,
        max(occurred_at) as ended_at,
        count(*) as event_count,
        count(case when event_name = 'page_view' then 1 end) as page_view_count,
        count(case when event_name = 'view_item' then 1 end) as view_item_count,
        count(case when event_name = 'search' then 1 end) as search_count,
        count(case when event_name = 'add_to_cart' then 1 end) as add_to_cart_count,
        count(case when event_name = 'begin_checkout' then 1 end) as begin_checkout_count
    from events
    group by session_id, namespace, device_id, session_started_at

),

final as (

    select
        -- ids
        sessions.session_id,
        sessions.namespace,
        sessions.device_id,

        -- text
        first_events.device_category,
        first_events.page_url as landing_page_url,

        -- numbers
        {{ seconds_between('sessions.started_at', 'sessions.ended_at') }} as duration_seconds,
        sessions.event_count,
        sessions.page_view_count,
        sessions.view_item_count,
        sessions.search_count,
        sessions.add_to_cart_count,
        sessions.begin_checkout_count,
        coalesce(purchases.purchase_count, 0) as purchase_count,

        -- booleans
        purchases.session_id is not null as is_converted,

        -- times
        cast(sessions.started_at as date) as session_date,
        sessions.started_at,
        sessions.ended_at,
        {{ invocation_time() }} as processed_at
    from sessions
    left join purchases on sessions.session_id = purchases.session_id
    left join first_events on sessions.session_id = first_events.session_id

)

select * from final
