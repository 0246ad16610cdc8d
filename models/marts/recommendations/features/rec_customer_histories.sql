with

target_customers as (

    select * from {{ ref('rec_target_customers') }}

),

customer_features as (

    select * from {{ ref('rec_customer_features') }}

),

customer_product_features as (

    select * from {{ ref('rec_customer_product_features') }}

),

product_features as (

    select * from {{ ref('rec_product_features') }}

),

purchases as (

    select * from {{ ref('rec_purchases') }}

),

latest_baskets as (

    select distinct
        customer_features.cutoff_id,
        customer_features.customer_id,
        purchases.product_id
    from customer_features
    inner join purchases
        on
            customer_features.customer_id = purchases.customer_id
            and customer_features.latest_order_id = purchases.order_id

),

final as (

    select
        target_customers.target_number,
        product_features.product_number,
        product_features.category,
        -- A purchase says more than a look, and for longer.
        greatest(
            coalesce({{ decay('customer_product_features.days_since_last_order', 60) }}, 0),
            coalesce(0.5 * {{ decay('customer_product_features.days_since_last_event', 14) }}, 0)
        ) as weight,
        case when latest_baskets.product_id is not null then 1 else 0 end as is_in_latest_basket,
        row_number() over (
            partition by target_customers.target_number
            order by
                case
                    when
                        customer_product_features.days_since_last_event
                        < coalesce(customer_product_features.days_since_last_order, 100000)
                        then customer_product_features.days_since_last_event
                    else customer_product_features.days_since_last_order
                end,
                customer_product_features.order_count desc,
                customer_product_features.product_id asc
        ) as history_position
    from target_customers
    inner join customer_product_features
        on
            target_customers.cutoff_id = customer_product_features.cutoff_id
            and target_customers.customer_id = customer_product_features.customer_id
    inner join product_features
        on
            customer_product_features.cutoff_id = product_features.cutoff_id
            and customer_product_features.product_id = product_features.product_id
    left join latest_baskets
        on
            customer_product_features.cutoff_id = latest_baskets.cutoff_id
            and customer_product_features.customer_id = latest_baskets.customer_id
            and customer_product_features.product_id = latest_baskets.product_id

)

select * from final
