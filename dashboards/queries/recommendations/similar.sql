select
    rank,
    similar_product_id as product_id,
    title,
    category_path,
    price,
    currency,
    score,
    reason,
    similar_products.namespace
from similar_products
inner join dim_products on similar_products.similar_product_id = dim_products.product_id
where similar_products.product_id = $product_id
order by rank
