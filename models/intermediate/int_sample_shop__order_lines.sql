{# Gives the sample shop's lines the order's customer and country, and the canonical columns. #}
with

lines as (

    select * from {{ ref('stg_sample_shop__order_lines') }}

),

orders as (

    select * from {{ ref('int_orders__classified') }}

),

products as (

    select distinct product_id from {{ ref('int_products__classified') }}
    where row_status in ('fact', 'superseded')

),

order_outcomes as (

    -- an order that was rejected takes its lines with it, for the same reason
    select
        order_id,
        max(case when row_status = 'fact' then customer_id end) as customer_id,
        max(case when row_status = 'fact' then country end) as country,
        max(case when row_status = 'fact' then 1 else 0 end) as is_accepted,
        max(quarantine_reason) as quarantine_reason
    from orders
    group by order_id

),

joined as (

    select
        lines.*,
        order_outcomes.customer_id,
        order_outcomes.country,
        case
            when lines.order_line_id is null then 'missing_order_line_id'
            when lines.order_id is null then 'missing_order_id'
            when order_outcomes.order_id is null then 'order_not_found'
            when order_outcomes.is_accepted = 0 then order_outcomes.quarantine_reason
            when lines.product_id is null then 'missing_product_id'
            when products.product_id is null then 'unknown_product'
            when lines.quantity is null or lines.quantity = 0 then 'zero_quantity'
            when lines.unit_price is null or lines.unit_price < 0 or lines.unit_price > {{ var('price_limit') }}
                then 'impossible_price'
            when lines.occurred_at is null or lines.updated_at is null then 'missing_time'
            when {{ is_impossible_time('lines.occurred_at', 'lines.loaded_at') }} then 'impossible_time'
            when currencies.currency is null then 'unknown_currency'
        end as quarantine_reason
    from lines
    left join order_outcomes on lines.order_id = order_outcomes.order_id
    left join products on lines.product_id = products.product_id
    left join {{ ref('exchange_rates') }} as currencies on lines.currency = currencies.currency

),

canonical as (

    select
        -- ids
        order_line_id,
        order_id,
        customer_id,
        product_id,
        cast(null as string) as charge_code,

        -- text
        case
            when quantity < 0 then 'return'
            when unit_price = 0 then 'gift'
            else 'sale'
        end as line_type,
        currency,
        country,
        quarantine_reason,
        'quantity ' || coalesce(cast(quantity as string), 'null')
        || ', unit_price ' || coalesce(cast(unit_price as string), 'null')
        || ', currency ' || coalesce(currency, 'null') as detail,

        -- numbers
        quantity,
        unit_price,

        -- times
        occurred_at,
        updated_at,

        -- provenance
        {{ surrogate_key(['order_line_id', 'order_id', 'product_id', 'quantity', 'unit_price', 'currency',
            'occurred_at', 'updated_at']) }} as content_hash,
        namespace,
        source_name,
        source_file,
        source_row,
        landing_file,
        loaded_at
    from joined

)

select * from canonical
