-- The products that sold most in the period: those to choose from.
with

sold as (
    select
        product_id,
        sum(net_revenue) as net_revenue
    from daily_product_metrics
    where $namespace in ('all', namespace) and metric_date between $first_day and $last_day
    group by product_id
    order by net_revenue desc, product_id
    limit 100
)

select
    sold.product_id,
    coalesce(title, sold.product_id) as title
from sold
left join dim_products on sold.product_id = dim_products.product_id
order by sold.net_revenue desc, sold.product_id
