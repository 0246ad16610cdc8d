with

order_lines as (

    select * from {{ ref('int_order_lines__classified') }}
    where row_status = 'fact'

),

exchange_rates as (

    select * from {{ ref('exchange_rates') }}

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
            and exchange_rates.reporting_currency = '{{ var("reporting_currency") }}'

)

select * from final
