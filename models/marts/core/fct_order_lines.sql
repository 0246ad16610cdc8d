{{ config(materialized='view') }}

with

landed_lines as (

    select * from {{ ref('int_order_lines__classified') }}
    where row_status = 'fact'

),

event_lines as (

    select * from {{ ref('int_events__order_lines') }}

),

exchange_rates as (

    select * from {{ ref('int_exchange_rates') }}

),

order_lines as (

    select
        order_line_id,
        namespace,
        source_name,
        order_id,
        customer_id,
        product_id,
        charge_code,
        line_type,
        currency,
        country,
        quantity,
        unit_price,
        occurred_at,
        order_placed_at,
        loaded_at
    from landed_lines

    union all

    select
        order_line_id,
        namespace,
        source_name,
        order_id,
        customer_id,
        product_id,
        cast(null as string) as charge_code,
        line_type,
        currency,
        cast(null as string) as country,
        quantity,
        unit_price,
        occurred_at,
        order_placed_at,
        loaded_at
    from event_lines

),

final as (

    select
        -- ids
        order_lines.order_line_id,
        order_lines.namespace,
        order_lines.source_name,
        order_lines.order_id,
        order_lines.customer_id,
        order_lines.product_id,
        order_lines.charge_code,

        -- text
        order_lines.line_type,
        order_lines.currency,
        order_lines.country,

        -- numbers
        order_lines.quantity,
        order_lines.unit_price,
        cast(order_lines.quantity * order_lines.unit_price as decimal(18, 4)) as line_amount,
        cast(
            order_lines.quantity * order_lines.unit_price * exchange_rates.rate as decimal(18, 4)
        ) as line_amount_reporting,

        -- times
        cast(order_lines.occurred_at as date) as order_date,
        order_lines.occurred_at as ordered_at,
        order_lines.loaded_at
    from order_lines
    inner join exchange_rates
        on
            order_lines.currency = exchange_rates.currency
            and cast(order_lines.order_placed_at as date) >= exchange_rates.valid_from
            and cast(order_lines.order_placed_at as date) < exchange_rates.valid_to

)

select * from final
