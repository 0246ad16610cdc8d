select
    customer_id,
    country,
    segment,
    days_since_last_order,
    order_count,
    net_revenue,
    purchase_probability,
    lapse_probability,
    expected_value,
    value_lower_80,
    value_upper_80
from customer_predictions
where $namespace in ('all', namespace) and outlook = $outlook
order by expected_value desc, customer_id
