with

events as (

    select * from {{ ref('fct_events') }}

),

numbered as (

    select
        *,
        row_number() over (partition by session_id order by occurred_at, event_id) as event_number
    from events

),

sessions as (

    select
        session_id,
        namespace,
        device_id,
        max(case when event_number = 1 then device_category end) as device_category,
        max(case when event_number = 1 then page_url end) as landing_page_url,
        min(occurred_at) as started_at,
        max(occurred_at) as ended_at,
        count(*) as event_count,
        count(case when event_name = 'page_view' then 1 end) as page_view_count,
        count(case when event_name = 'view_item' then 1 end) as view_item_count,
        count(case when event_name = 'search' then 1 end) as search_count,
        count(case when event_name = 'add_to_cart' then 1 end) as add_to_cart_count,
        count(case when event_name = 'begin_checkout' then 1 end) as begin_checkout_count,
        count(distinct case when event_name = 'purchase' then coalesce(order_id, event_id) end) as purchase_count
    from numbered
    group by session_id, namespace, device_id

),

final as (

    select
        -- ids
        session_id,
        namespace,
        device_id,

        -- text
        device_category,
        landing_page_url,

        -- numbers
        {{ seconds_between('started_at', 'ended_at') }} as duration_seconds,
        event_count,
        page_view_count,
        view_item_count,
        search_count,
        add_to_cart_count,
        begin_checkout_count,
        purchase_count,

        -- booleans
        purchase_count > 0 as is_converted,

        -- times
        cast(started_at as date) as session_date,
        started_at,
        ended_at
    from sessions

)

select * from final
