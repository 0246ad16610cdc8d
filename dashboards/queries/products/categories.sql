-- One row per point and category; the five largest categories of the period and the rest as one.
with

sold as (
    select
        coalesce(category, 'Uncategorised') as category,
        cast(time_bucket(to_days($bucket_days), metric_date, $bucket_origin) as date) as day,
        net_revenue
    from daily_product_metrics
    inner join dim_products on daily_product_metrics.product_id = dim_products.product_id
    where
        $source in ('all', daily_product_metrics.source_name)
        and metric_date between $first_day and $last_day
),

largest as (
    select category
    from sold
    group by category
    order by sum(net_revenue) desc, category
    limit 5
)

select
    day,
    if(category in (from largest), category, 'Other categories') as series,
    sum(net_revenue) as value
from sold
where day >= $first_day
group by all
order by day, series
