{{ config(tags=['after_training']) }}

with

customer_scores as (

    select * from {{ source('model_output', 'customer_scores') }}

),

customers as (

    select * from {{ ref('dim_customers') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

offered_products as (

    select * from {{ ref('rec_offered_products') }}

),

countries as (

    select * from {{ ref('countries') }}

),

-- Files know some countries by two names (EIRE, Ireland); shoppers read one.
country_names as (

    select
        country_code,
        max(country_name) as country_name
    from countries
    group by country_code

),

purchase_habits as (

    select * from {{ ref('rec_purchase_habits') }}

),

product_habits as (

    select * from {{ ref('rec_product_habits') }}

),

dismissals as (

    select distinct
        customer_id,
        product_id
    from {{ ref('dismissed_recommendations') }}
    where customer_id is not null

),

-- What cannot be bought is not offered, nor what the customer waved away; and what was just bought only if it is bought
-- again and again.
allowed as (

    select
        customer_scores.*,
        customers.namespace,
        customers.country,
        offered_products.category,
        row_number() over (
            partition by customer_scores.customer_id, offered_products.category
            order by customer_scores.position, customer_scores.product_id
        ) as category_position
    from customer_scores
    inner join customers on customer_scores.customer_id = customers.customer_id
    inner join offered_products on customer_scores.product_id = offered_products.product_id
    left join purchase_habits
        on
            customer_scores.customer_id = purchase_habits.customer_id
            and customer_scores.product_id = purchase_habits.product_id
    left join product_habits on customer_scores.product_id = product_habits.product_id
    left join dismissals
        on
            customer_scores.customer_id = dismissals.customer_id
            and customer_scores.product_id = dismissals.product_id
    where
        dismissals.product_id is null
        and (
            coalesce(purchase_habits.days_since_last_order, 100000) > {{ var('recommendation_recent_days') }}
            or coalesce(product_habits.is_replenishable, false)
            or coalesce(purchase_habits.is_habitual, false)
        )

),

-- At most a few of one category; products without a category are not capped.
varied as (

    select
        *,
        row_number() over (partition by customer_id order by position, product_id) as list_position
    from allowed
    where
        category is null
        or category_position <= {{ var('recommendation_category_cap') }}

),

final as (

    select
        varied.customer_id,
        varied.namespace,
        cast(varied.list_position as bigint) as rank,
        varied.product_id,
        varied.score,
        case
            when varied.reason = 'repurchase_due' and varied.reason_days = 1 then 'You buy this about every day'
            when varied.reason = 'repurchase_due'
                then 'You buy this about every ' || cast(varied.reason_days as string) || ' days'
            when varied.reason = 'bought_before' then 'You bought this before'
            when varied.reason = 'viewed' then 'You looked at this recently'
            when varied.reason = 'bought_together' and reason_products.title is not null
                then 'Often bought together with ' || reason_products.title
            when varied.reason = 'popular_in_country' and country_names.country_name is not null
                then 'Popular in ' || country_names.country_name
            when varied.reason = 'new_in_category' and varied.category is not null
                then 'New in ' || varied.category
            when varied.reason = 'popular_in_category' and varied.category is not null
                then 'Popular in ' || varied.category
            else 'Popular in this shop'
        end as reason,
        varied.reason as reason_code,
        varied.reason_product_id,
        varied.model_version
    from varied
    left join products as reason_products on varied.reason_product_id = reason_products.product_id
    left join country_names on varied.country = country_names.country_code
    where varied.list_position <= {{ var('recommendation_list_length') }}

)

select * from final
