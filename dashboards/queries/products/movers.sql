-- The products whose revenue rose and fell most against the period before; products of one title are told apart.
with

sold as (
    select
        product_id,
        sum(if(metric_date >= $first_day, net_revenue, -net_revenue)) as value
    from daily_product_metrics
    where
        $namespace in ('all', namespace)
        and metric_date between $previous_first_day and $last_day
    group by product_id
),

ranked as (
    select
        *,
        row_number() over (order by value desc, product_id) as from_top,
        row_number() over (order by value, product_id) as from_bottom
    from sold
)

select
    if(count(*) over (partition by title) = 1, title, concat_ws(' ', title, source_product_id)) as name,
    ranked.product_id,
    value
from ranked
inner join dim_products on ranked.product_id = dim_products.product_id
where (from_top <= 7 and value > 0) or (from_bottom <= 7 and value < 0)
order by value desc, ranked.product_id
