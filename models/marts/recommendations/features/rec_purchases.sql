with

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

purchases as (

    select
        order_line_id,
        customer_id,
        product_id,
        order_id,
        ordered_at,
        unit_price,
        country,
        namespace
    from order_lines
    where
        line_type = 'sale'
        and customer_id is not null
        and product_id is not null
        and quantity > 0
        and unit_price > 0

)

select * from purchases
