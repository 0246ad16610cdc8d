-- One row per point: what one product sold, and how often it was seen.
with

points as (
    select cast($bucket_origin - to_days(cast(n * $bucket_days as integer)) as date) as day
    from range(1, $point_count + 1) as numbers (n)
),

bucketed as (
    select
        product_id,
        cast(time_bucket(to_days($bucket_days), metric_date, $bucket_origin) as date) as day,
        sum(unit_count) as unit_count,
        sum(net_revenue) as net_revenue,
        sum(view_count) as view_count
    from daily_product_metrics
    where product_id = $product_id and metric_date between $first_day and $last_day
    group by product_id, day
)

select
    points.day,
    coalesce(unit_count, 0) as unit_count,
    coalesce(net_revenue, 0) as net_revenue,
    coalesce(view_count, 0) as view_count
from points
left join bucketed on points.day = bucketed.day
order by points.day
