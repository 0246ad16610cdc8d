{{ config(
    materialized='incremental',
    on_schema_change='append_new_columns',
    incremental_strategy='append',
    pre_hook="{{ delete_changed_sessions() }}",
    post_hook="{{ mark_processed() }}"
) }}

{#
    Whatever changes an event of a session writes all events of the session again. The events are a subquery read three
    times for a few columns each, not a CTE, which DuckDB would keep with all of them.
#}
{% set written_facts = "row_status = 'fact'" ~ (' and ' ~ changed_since_last_build() if is_incremental() else '') %}
with

purchases as (

    select
        session_id,
        count(distinct coalesce(order_id, event_id)) as purchase_count
    from {{ ref('int_events__classified') }}
    where event_name = 'purchase' and {{ written_facts }}
    group by session_id

),

first_events as (

    select
        session_id,
        device_category,
        page_url
    from {{ ref('int_events__classified') }}
    where occurred_at = session_started_at and {{ written_facts }}
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
    from {{ ref('int_events__classified') }}
    where {{ written_facts }}
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
