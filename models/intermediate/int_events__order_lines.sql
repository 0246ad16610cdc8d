{{ config(materialized='view') }}

{#
    Order lines of sources that no database comes with, read from their purchase and refund events: a line follows its
    event when that turns out to be a duplicate, or its device a bot. A refund that names no product returns what is
    left of the whole order; the second of that kind returns nothing.
#}
with

events as (

    select
        event_id,
        -- a purchase that names no order is one of its own
        coalesce(order_id, event_id) as order_id,
        customer_id,
        product_id,
        event_name,
        coalesce(currency, '{{ var("reporting_currency") }}') as currency,
        -- some senders give a refund's units as less than nothing
        abs(coalesce(quantity, 1)) as quantity,
        unit_price,
        occurred_at,
        namespace,
        source_name,
        loaded_at,
        processed_at
    from {{ ref('int_events__classified') }}
    where
        row_status = 'fact'
        and event_name in ('purchase', 'refund')
        and source_name in ({{ text_list(var('events_only_sources')) }})

),

purchases as (

    select * from events
    where event_name = 'purchase'

),

product_refunds as (

    select * from events
    where event_name = 'refund' and product_id is not null

),

order_refunds as (

    select * from events
    where event_name = 'refund' and product_id is null
    qualify row_number() over (partition by order_id order by occurred_at, event_id) = 1

),

bought_products as (

    select
        order_id,
        product_id,
        min(currency) as currency,
        sum(quantity) as quantity,
        max(unit_price) as unit_price
    from purchases
    group by order_id, product_id

),

order_times as (

    select
        order_id,
        min(occurred_at) as order_placed_at,
        max(customer_id) as customer_id
    from purchases
    group by order_id

),

returned_products as (

    select
        order_id,
        product_id,
        sum(quantity) as quantity
    from product_refunds
    group by order_id, product_id

),

lines as (

    select
        event_id as order_line_id,
        order_id,
        customer_id,
        product_id,
        currency,
        quantity,
        unit_price,
        occurred_at,
        namespace,
        source_name,
        loaded_at
    from purchases

    union all

    select
        product_refunds.event_id as order_line_id,
        product_refunds.order_id,
        product_refunds.customer_id,
        product_refunds.product_id,
        coalesce(bought_products.currency, product_refunds.currency) as currency,
        -product_refunds.quantity as quantity,
        coalesce(product_refunds.unit_price, bought_products.unit_price) as unit_price,
        product_refunds.occurred_at,
        product_refunds.namespace,
        product_refunds.source_name,
        product_refunds.loaded_at
    from product_refunds
    left join bought_products
        on
            product_refunds.order_id = bought_products.order_id
            and product_refunds.product_id = bought_products.product_id

    union all

    select
        order_refunds.event_id || '/' || bought_products.product_id as order_line_id,
        order_refunds.order_id,
        order_refunds.customer_id,
        bought_products.product_id,
        bought_products.currency,
        coalesce(returned_products.quantity, 0) - bought_products.quantity as quantity,
        bought_products.unit_price,
        order_refunds.occurred_at,
        order_refunds.namespace,
        order_refunds.source_name,
        order_refunds.loaded_at
    from order_refunds
    inner join bought_products on order_refunds.order_id = bought_products.order_id
    left join returned_products
        on
            bought_products.order_id = returned_products.order_id
            and bought_products.product_id = returned_products.product_id
    where bought_products.quantity > coalesce(returned_products.quantity, 0)

),

final as (

    select
        -- ids
        lines.order_line_id,
        lines.namespace,
        lines.source_name,
        lines.order_id,
        coalesce(lines.customer_id, order_times.customer_id) as customer_id,
        lines.product_id,

        -- text
        case
            when lines.quantity < 0 then 'return'
            when lines.unit_price = 0 then 'gift'
            else 'sale'
        end as line_type,
        lines.currency,

        -- numbers
        cast(lines.quantity as bigint) as quantity,
        cast(coalesce(lines.unit_price, 0) as decimal(18, 4)) as unit_price,

        -- times
        lines.occurred_at,
        coalesce(order_times.order_placed_at, lines.occurred_at) as order_placed_at,
        lines.loaded_at
    from lines
    left join order_times on lines.order_id = order_times.order_id

)

select * from final
