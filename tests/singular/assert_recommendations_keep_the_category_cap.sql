{{ config(tags=['after_training']) }}

-- A failure means that one category crowds out the rest of somebody's list.
select
    recommendations.customer_id,
    products.category,
    count(*) as product_count
from {{ ref('recommendations') }} as recommendations
inner join {{ ref('dim_products') }} as products on recommendations.product_id = products.product_id
where products.category is not null
group by recommendations.customer_id, products.category
having count(*) > {{ var('recommendation_category_cap') }}
