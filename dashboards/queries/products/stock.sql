-- Products out of stock, those that sold best in the period first.
with

sold as (
    select
        product_id,
        sum(net_revenue) as net_revenue,
        sum(unit_count) as unit_count
    from daily_product_metrics
    where metric_date between $first_day and $last_day
    group by product_id
)

select
    dim_products.product_id,
    title,
    category_path,
    price,
    coalesce(net_revenue, 0) as net_revenue,
    coalesce(unit_count, 0) as unit_count
from dim_products
left join sold on dim_products.product_id = sold.product_id
where $namespace in ('all', namespace) and not is_in_stock
order by net_revenue desc, dim_products.product_id
limit 200
