select
    product_id,
    title,
    category_path,
    price,
    currency,
    is_in_stock,
    namespace
from dim_products
where product_id = $product_id
