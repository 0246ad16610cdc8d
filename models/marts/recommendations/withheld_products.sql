with

purchase_habits as (

    select * from {{ ref('rec_purchase_habits') }}

),

product_habits as (

    select * from {{ ref('rec_product_habits') }}

),

dismissals as (

    select * from {{ ref('dismissed_recommendations') }}

),

just_bought as (

    select
        purchase_habits.customer_id,
        purchase_habits.product_id
    from purchase_habits
    left join product_habits on purchase_habits.product_id = product_habits.product_id
    where
        purchase_habits.days_since_last_order <= {{ var('recommendation_recent_days') }}
        and not coalesce(product_habits.is_replenishable, false)
        and not coalesce(purchase_habits.is_habitual, false)

),

-- whether waved away once or often, just bought or not
final as (

    select
        customer_id,
        product_id
    from just_bought

    union distinct

    select
        customer_id,
        product_id
    from dismissals
    where customer_id is not null

)

select * from final
