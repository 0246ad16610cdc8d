-- One row per day on which something about the product changed, and the last day of the data with what holds then.
select
    cast(valid_from as date) as day,
    'Price' as series,
    price as value,
    currency,
    is_in_stock
from dim_product_versions
where product_id = $product_id and price is not null
union all
select
    $last_day as day,
    'Price' as series,
    price as value,
    currency,
    is_in_stock
from dim_product_versions
where product_id = $product_id and price is not null and is_current and cast(valid_from as date) < $last_day
order by day
