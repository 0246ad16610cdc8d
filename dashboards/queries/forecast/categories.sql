-- The categories that are foretold, the whole shop first, then the largest.
select
    category,
    sum(forecast_value) as forecast_value
from category_forecasts
where namespace = $namespace and metric = $metric
group by category
order by category <> 'all', forecast_value desc, category
