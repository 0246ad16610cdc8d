{{ config(materialized='view') }}

with

events as (

    select * from {{ ref('int_events__classified') }}
    where row_status = 'fact'

),

final as (

    select
        -- ids
        event_id,
        namespace,
        source_name,
        session_id,
        device_id,
        product_id,
        order_id,
        list_id,
        recommendation_id,

        -- text
        event_name,
        device_category,
        currency,
        page_url,
        search_term,

        -- numbers
        position,
        quantity,
        unit_price,

        -- times
        event_date,
        occurred_at,
        received_at,
        loaded_at,
        processed_at
    from events

)

select * from final
