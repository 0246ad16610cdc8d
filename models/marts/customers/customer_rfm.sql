with

orders as (

    -- what known customers bought: neither cancellations nor anonymous orders have a number
    select * from {{ ref('fct_orders') }}
    where order_number is not null

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}
    where customer_id is not null and line_type in ('sale', 'return')

),

customers as (

    select * from {{ ref('dim_customers') }}

),

last_dates as (

    select
        namespace,
        max(order_date) as last_order_date
    from orders
    group by namespace

),

customer_orders as (

    select
        customer_id,
        namespace,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at,
        max(order_date) as last_order_date,
        count(*) as order_count
    from orders
    group by customer_id, namespace

),

customer_revenue as (

    select
        customer_id,
        namespace,
        sum(line_amount_reporting) as net_revenue
    from order_lines
    group by customer_id, namespace

),

measured as (

    select
        customer_orders.customer_id,
        customer_orders.namespace,
        customers.country,
        customer_orders.first_ordered_at,
        customer_orders.last_ordered_at,
        cast(
            {{ dbt.datediff('customer_orders.last_order_date', 'last_dates.last_order_date', 'day') }} as bigint
        ) as recency_days,
        cast(customer_orders.order_count as bigint) as order_count,
        cast(coalesce(customer_revenue.net_revenue, 0) as decimal(18, 4)) as net_revenue
    from customer_orders
    inner join last_dates
        on customer_orders.namespace = last_dates.namespace
    left join customer_revenue
        on
            customer_orders.customer_id = customer_revenue.customer_id
            and customer_orders.namespace = customer_revenue.namespace
    left join customers
        on customer_orders.customer_id = customers.customer_id

),

-- Equal customers are told apart by the measures next of kin and at last by their id, so that scores are reproducible.
scored as (

    select
        *,
        cast(ntile(5) over (
            partition by namespace
            order by last_ordered_at, order_count, net_revenue, customer_id
        ) as bigint) as recency_score,
        cast(ntile(5) over (
            partition by namespace
            order by order_count, net_revenue, last_ordered_at, customer_id
        ) as bigint) as frequency_score,
        cast(ntile(5) over (
            partition by namespace
            order by net_revenue, order_count, last_ordered_at, customer_id
        ) as bigint) as monetary_score
    from measured

),

final as (

    select
        customer_id,
        namespace,
        country,
        first_ordered_at,
        last_ordered_at,
        recency_days,
        order_count,
        net_revenue,
        recency_score,
        frequency_score,
        monetary_score,
        case
            when recency_score >= 4 and frequency_score >= 4 and monetary_score >= 4 then 'Champions'
            when recency_score >= 3 and frequency_score >= 4 then 'Loyal'
            when recency_score >= 4 and order_count = 1 then 'New'
            when recency_score >= 4 then 'Promising'
            when recency_score = 3 then 'Needs attention'
            when frequency_score >= 3 then 'At risk'
            when recency_score = 2 then 'Hibernating'
            else 'Lost'
        end as segment
    from scored

)

select * from final
