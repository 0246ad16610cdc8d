{{ config(tags=['after_training']) }}

-- A failure means that shoppers are offered what they cannot buy. The rule stands in `recommendations`; look for a
-- product whose stock changed between the two builds of a run.
select
    recommendations.customer_id,
    recommendations.product_id
from {{ ref('recommendations') }} as recommendations
inner join {{ ref('dim_products') }} as products on recommendations.product_id = products.product_id
where products.is_in_stock is not null and not products.is_in_stock
