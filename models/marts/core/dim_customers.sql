with

accounts as (

    select * from {{ ref('int_customers__classified') }}
    where row_status = 'fact'

),

orders as (

    select * from {{ ref('fct_orders') }}
    where customer_id is not null

),

ordering_customers as (

    select
        customer_id,
        source_name,
        min(ordered_at) as first_seen_at,
        min(case when order_number is not null then ordered_at end) as first_ordered_at,
        max(case when order_number is not null then ordered_at end) as last_ordered_at
    from orders
    group by customer_id, source_name

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
        coalesce(accounts.source_name, ordering_customers.source_name) as source_name,
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
