-- One row per outlook: how many customers have it, and what all of them are expected to spend.
select
    outlook,
    count(*) as member_count,
    sum(expected_value) as expected_value,
    any_value(purchase_window_days) as purchase_window_days,
    any_value(value_window_days) as value_window_days
from customer_predictions
where $namespace in ('all', namespace)
group by outlook
order by expected_value desc, outlook
