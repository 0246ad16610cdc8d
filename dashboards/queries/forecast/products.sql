-- One row per product: what it will sell in the weeks ahead, and whether it is there to be sold.
select
    product_forecasts.product_id,
    any_value(dim_products.title) as title,
    any_value(dim_products.category) as category,
    any_value(dim_products.is_in_stock) as is_in_stock,
    sum(forecast_value) as forecast_value,
    max(forecast_value) filter (where week_number = 1) as next_week,
    max(lower_80) filter (where week_number = 1) as next_week_lower,
    max(upper_80) filter (where week_number = 1) as next_week_upper
from product_forecasts
left join dim_products on product_forecasts.product_id = dim_products.product_id
where $namespace in ('all', product_forecasts.namespace)
group by product_forecasts.product_id
order by forecast_value desc, product_forecasts.product_id
