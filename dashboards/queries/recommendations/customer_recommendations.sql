select
    rank,
    recommendations.product_id,
    title,
    category_path,
    price,
    currency,
    score,
    reason,
    reason_code,
    recommendations.namespace
from recommendations
inner join dim_products on recommendations.product_id = dim_products.product_id
where customer_id = $customer_id
order by rank
