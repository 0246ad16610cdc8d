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

months as (

    select distinct month_start_date from {{ ref('dim_dates') }}

),

customers as (

    select
        namespace,
        customer_id,
        cast({{ dbt.date_trunc('month', 'min(order_date)') }} as date) as cohort_month
    from orders
    group by namespace, customer_id

),

cohorts as (

    select
        namespace,
        cohort_month,
        count(*) as cohort_size
    from customers
    group by namespace, cohort_month

),

last_months as (

    select
        namespace,
        cast({{ dbt.date_trunc('month', 'max(order_date)') }} as date) as last_month
    from orders
    group by namespace

),

-- Every month from the cohort's own to the shop's last one: a month in which nobody came back is a zero.
cohort_months as (

    select
        cohorts.namespace,
        cohorts.cohort_month,
        cohorts.cohort_size,
        months.month_start_date as activity_month
    from cohorts
    inner join last_months
        on cohorts.namespace = last_months.namespace
    inner join months
        on months.month_start_date between cohorts.cohort_month and last_months.last_month

),

active_customers as (

    select
        customers.namespace,
        customers.cohort_month,
        cast({{ dbt.date_trunc('month', 'orders.order_date') }} as date) as activity_month,
        count(distinct orders.customer_id) as active_customer_count
    from orders
    inner join customers
        on
            orders.namespace = customers.namespace
            and orders.customer_id = customers.customer_id
    group by
        customers.namespace,
        customers.cohort_month,
        cast({{ dbt.date_trunc('month', 'orders.order_date') }} as date)

),

revenue as (

    select
        customers.namespace,
        customers.cohort_month,
        cast({{ dbt.date_trunc('month', 'order_lines.order_date') }} as date) as activity_month,
        sum(order_lines.line_amount_reporting) as net_revenue
    from order_lines
    inner join customers
        on
            order_lines.namespace = customers.namespace
            and order_lines.customer_id = customers.customer_id
    group by
        customers.namespace,
        customers.cohort_month,
        cast({{ dbt.date_trunc('month', 'order_lines.order_date') }} as date)

),

final as (

    select
        cohort_months.namespace,
        cohort_months.cohort_month,
        cast(
            {{ dbt.datediff('cohort_months.cohort_month', 'cohort_months.activity_month', 'month') }} as bigint
        ) as months_since_first_order,
        cast(cohort_months.cohort_size as bigint) as cohort_size,
        cast(coalesce(active_customers.active_customer_count, 0) as bigint) as active_customer_count,
        round(
            cast(coalesce(active_customers.active_customer_count, 0) as double)
            / nullif(cohort_months.cohort_size, 0),
            9
        ) as retention_rate,
        cast(coalesce(revenue.net_revenue, 0) as decimal(18, 4)) as net_revenue
    from cohort_months
    left join active_customers
        on
            cohort_months.namespace = active_customers.namespace
            and cohort_months.cohort_month = active_customers.cohort_month
            and cohort_months.activity_month = active_customers.activity_month
    left join revenue
        on
            cohort_months.namespace = revenue.namespace
            and cohort_months.cohort_month = revenue.cohort_month
            and cohort_months.activity_month = revenue.activity_month

)

select * from final
