with

accounts as (

    select * from {{ ref('int_customers__classified') }}
    where row_status = 'fact'

),

orders as (

    select * from {{ ref('fct_orders') }}
    where customer_id is not null

),

-- From the lines: where an order's lines name several customers, the order has one of them and none is lost.
line_customers as (

    select
        customer_id,
        namespace,
        min(ordered_at) as first_seen_at
    from {{ ref('fct_order_lines') }}
    where customer_id is not null
    group by customer_id, namespace

),

order_times as (

    select
        customer_id,
        min(ordered_at) as first_ordered_at,
        max(ordered_at) as last_ordered_at
    from orders
    where order_number is not null
    group by customer_id

),

ordering_customers as (

    select
        line_customers.customer_id,
        line_customers.namespace,
        line_customers.first_seen_at,
        order_times.first_ordered_at,
        order_times.last_ordered_at
    from line_customers
    left join order_times on line_customers.customer_id = order_times.customer_id

),

latest_countries as (

    select
        customer_id,
        country
    from orders
    where country is not null
    qualify row_number() over (partition by customer_id order by ordered_at desc, order_id asc) = 1

),

final as (

    select
        -- ids
        coalesce(accounts.customer_id, ordering_customers.customer_id) as customer_id,
        coalesce(accounts.namespace, ordering_customers.namespace) as namespace,
        {{ source_id('coalesce(accounts.customer_id, ordering_customers.customer_id)') }} as source_customer_id,
        accounts.contact_hash,

        -- text
        coalesce(accounts.country, latest_countries.country) as country,

        -- times
        coalesce(
            least(accounts.created_at, ordering_customers.first_seen_at),
            accounts.created_at,
            ordering_customers.first_seen_at
        ) as first_seen_at,
        ordering_customers.first_ordered_at,
        ordering_customers.last_ordered_at
    from accounts
    full outer join ordering_customers on accounts.customer_id = ordering_customers.customer_id
    left join latest_countries
        on coalesce(accounts.customer_id, ordering_customers.customer_id) = latest_countries.customer_id

)

select * from final
