select
    count(*) as product_count,
    count(*) filter (where is_in_stock) as in_stock_count,
    count(*) filter (where not is_in_stock) as out_of_stock_count
from dim_products
where $namespace in ('all', namespace)
