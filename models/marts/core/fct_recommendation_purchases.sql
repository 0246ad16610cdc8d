with

order_products as (

    select * from {{ ref('int_order_products__attributed') }}
    where recommendation_id is not null

),

final as (

    select
        -- ids
        order_id,
        namespace,
        product_id,
        recommendation_id,
        recommendation_device_id as device_id,
        recommendation_customer_id as customer_id,

        -- text
        placement,
        attribution,

        -- numbers
        position,
        unit_count,
        net_revenue,

        -- times
        impression_date,
        shown_at,
        touched_at,
        ordered_at
    from order_products

)

select * from final
