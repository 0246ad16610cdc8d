-- One row per week of the back-test, foretold one week ahead: what was foretold then, and what came.
select
    week_start_date as week,
    actual_value,
    forecast_value,
    seasonal_naive_value,
    lower_80,
    upper_80,
    lower_95,
    upper_95
from forecast_backtests
where
    namespace = $namespace
    and category = $category
    and metric = $metric
    and week_number = $week_number
order by week_start_date
