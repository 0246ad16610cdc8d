with

customer_product_features as (

    select * from {{ ref('rec_customer_product_features') }}

),

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}
    where cutoff_role = 'serving'

),

final as (

    select
        customer_product_features.customer_id,
        customer_product_features.product_id,
        customer_product_features.order_count,
        customer_product_features.days_since_last_order,
        customer_product_features.mean_interval_days,
        -- Three orders are a habit; two may be chance.
        customer_product_features.order_count >= 3 as is_habitual
    from customer_product_features
    inner join cutoffs on customer_product_features.cutoff_id = cutoffs.cutoff_id
    where customer_product_features.order_count > 0

)

select * from final
