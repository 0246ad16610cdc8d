with

order_lines as (

    select * from {{ ref('fct_order_lines') }}
    where line_type in ('sale', 'return') and product_id is not null

),

order_headers as (

    select * from {{ ref('int_orders__classified') }}
    where row_status = 'fact'

),

purchases as (

    select * from {{ ref('int_feedback_events') }}
    where event_name = 'purchase'

),

sold as (

    select
        order_id,
        namespace,
        product_id,
        max(customer_id) as customer_id,
        min(case when line_type = 'sale' then ordered_at end) as ordered_at,
        cast(sum(case when line_type = 'sale' then quantity else 0 end) as bigint) as unit_count,
        cast(sum(line_amount_reporting) as decimal(18, 4)) as net_revenue
    from order_lines
    group by order_id, namespace, product_id

),

purchase_devices as (

    select
        order_id,
        device_id
    from purchases
    qualify row_number() over (
        partition by order_id
        order by occurred_at, device_id, event_id
    ) = 1

),

final as (

    select
        -- ids
        sold.order_id,
        sold.namespace,
        sold.product_id,
        sold.customer_id,
        coalesce(purchase_devices.device_id, order_headers.device_id) as device_id,

        -- numbers
        sold.unit_count,
        sold.net_revenue,

        -- times
        cast(sold.ordered_at as date) as order_date,
        sold.ordered_at
    from sold
    left join purchase_devices on sold.order_id = purchase_devices.order_id
    left join order_headers on sold.order_id = order_headers.order_id
    -- what came back of an order that is not known is no sale
    where sold.ordered_at is not null

)

select * from final
