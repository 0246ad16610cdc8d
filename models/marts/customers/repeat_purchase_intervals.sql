with

orders as (

    -- what known customers bought: neither cancellations nor anonymous orders have a number
    select * from {{ ref('fct_orders') }}
    where order_number is not null

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}
    where line_type = 'sale' and product_id is not null

),

products as (

    select * from {{ ref('dim_products') }}

),

-- Orders of one day are one purchase.
purchases as (

    select distinct
        namespace,
        'all' as category,
        customer_id,
        order_date
    from orders

    union

    select distinct
        orders.namespace,
        coalesce(products.category, 'unknown') as category,
        orders.customer_id,
        orders.order_date
    from orders
    inner join order_lines on orders.order_id = order_lines.order_id
    left join products on order_lines.product_id = products.product_id

),

with_previous as (

    select
        *,
        lag(order_date) over (
            partition by namespace, category, customer_id
            order by order_date
        ) as previous_order_date
    from purchases

),

intervals as (

    select
        namespace,
        category,
        customer_id,
        {{ dbt.datediff('previous_order_date', 'order_date', 'day') }} as interval_days
    from with_previous
    where previous_order_date is not null

),

final as (

    select
        namespace,
        category,
        count(*) as interval_count,
        count(distinct customer_id) as customer_count,
        cast(percentile_cont(0.25) within group (order by interval_days) as double) as first_quartile_days,
        cast(percentile_cont(0.5) within group (order by interval_days) as double) as median_days,
        cast(percentile_cont(0.75) within group (order by interval_days) as double) as third_quartile_days
    from intervals
    group by namespace, category

)

select * from final
