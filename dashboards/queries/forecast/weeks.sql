-- One row per week: the last half year as it was, and the weeks that are foretold. A week that is not over is no fact.
with

actual as (
    select
        week_start_date as week,
        if($metric = 'net_revenue', cast(sum(net_revenue) as double), cast(sum(unit_count) as double)) as actual_value
    from category_trends
    where namespace = $namespace and $category in ('all', category) and is_complete
    group by week_start_date
    order by week_start_date desc
    limit 26
),

foretold as (
    select
        week_start_date as week,
        forecast_value,
        lower_80,
        upper_80,
        lower_95,
        upper_95
    from category_forecasts
    where namespace = $namespace and category = $category and metric = $metric
)

select
    week,
    actual_value,
    forecast_value,
    lower_80,
    upper_80,
    lower_95,
    upper_95
from actual
full join foretold using (week)
order by week
