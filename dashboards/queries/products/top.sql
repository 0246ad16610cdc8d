-- Products by revenue, with the period of the same length before.
with

sold as (
    select
        product_id,
        sum(if(metric_date >= $first_day, net_revenue, 0)) as net_revenue,
        sum(if(metric_date < $first_day, net_revenue, 0)) as previous_net_revenue,
        sum(if(metric_date >= $first_day, unit_count, 0)) as unit_count,
        sum(if(metric_date >= $first_day, order_count, 0)) as order_count,
        sum(if(metric_date >= $first_day, view_count, 0)) as view_count
    from daily_product_metrics
    where
        $namespace in ('all', namespace)
        and metric_date between $previous_first_day and $last_day
    group by product_id
)

select
    dim_products.product_id,
    title,
    category_path,
    price,
    is_in_stock,
    net_revenue,
    net_revenue / nullif(previous_net_revenue, 0) - 1 as net_revenue_change,
    unit_count,
    order_count,
    nullif(view_count, 0) as view_count
from sold
inner join dim_products on sold.product_id = dim_products.product_id
where order_count > 0
order by net_revenue desc, dim_products.product_id
limit 200
