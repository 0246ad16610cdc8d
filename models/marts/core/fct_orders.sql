{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='fail',
    pre_hook='{{ delete_touched_orders() }}',
    post_hook='{{ mark_processed() }}',
) }}

{# Orders whose lines have changed are deleted before, with the others of their customers; what lacks is written. #}
with

order_lines as (

    select * from {{ ref('fct_order_lines') }}
    {% if is_incremental() %}
    where order_id not in (select known.order_id from {{ this }} as known)
    {% endif %}

),

orders as (

    select
        order_id,
        namespace,
        max(customer_id) as customer_id,
        max(country) as country,
        max(currency) as currency,
        coalesce(min(case when quantity > 0 then ordered_at end), min(ordered_at)) as ordered_at,
        min(case when line_type = 'return' then ordered_at end) as first_returned_at,
        count(*) as line_count,
        coalesce(sum(case when line_type = 'sale' then quantity end), 0) as unit_count,
        coalesce(sum(case when line_type in ('sale', 'gift') then quantity end), 0) as delivered_unit_count,
        coalesce(sum(case when line_type = 'return' then -quantity end), 0) as returned_unit_count,
        sum(case when line_type in ('sale', 'gift') then line_amount else 0 end) as gross_revenue,
        sum(case when line_type = 'return' then -line_amount else 0 end) as returned_revenue,
        sum(case when line_type = 'charge' then line_amount else 0 end) as charge_amount,
        sum(case when line_type in ('sale', 'gift') then line_amount_reporting else 0 end) as gross_revenue_reporting,
        sum(case when line_type <> 'charge' then line_amount_reporting else 0 end) as net_revenue_reporting,
        count(case when line_type = 'sale' then 1 end) as sale_line_count,
        count(case when quantity > 0 then 1 end) as positive_line_count
    from order_lines
    group by order_id, namespace

),

purchases as (

    -- only what a known customer bought counts as one of the customer's orders
    select
        order_id,
        row_number() over (partition by customer_id order by ordered_at, order_id) as order_number
    from orders
    where customer_id is not null and sale_line_count > 0

),

final as (

    select
        -- ids
        orders.order_id,
        orders.namespace,
        orders.customer_id,

        -- text
        orders.country,
        orders.currency,
        case
            when orders.returned_unit_count = 0 then 'none'
            when orders.returned_unit_count < orders.delivered_unit_count then 'partial'
            else 'full'
        end as return_status,

        -- numbers
        orders.line_count,
        cast(orders.unit_count as bigint) as unit_count,
        cast(orders.returned_unit_count as bigint) as returned_unit_count,
        cast(orders.gross_revenue as decimal(18, 4)) as gross_revenue,
        cast(orders.returned_revenue as decimal(18, 4)) as returned_revenue,
        cast(orders.gross_revenue - orders.returned_revenue as decimal(18, 4)) as net_revenue,
        cast(orders.charge_amount as decimal(18, 4)) as charge_amount,
        cast(orders.gross_revenue_reporting as decimal(18, 4)) as gross_revenue_reporting,
        cast(orders.net_revenue_reporting as decimal(18, 4)) as net_revenue_reporting,
        purchases.order_number,

        -- booleans
        orders.positive_line_count = 0 as is_cancellation,

        -- times
        cast(orders.ordered_at as date) as order_date,
        orders.ordered_at,
        orders.first_returned_at
    from orders
    left join purchases on orders.order_id = purchases.order_id

)

select * from final
