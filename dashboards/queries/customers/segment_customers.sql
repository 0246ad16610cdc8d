select
    customer_id,
    country,
    recency_score,
    frequency_score,
    monetary_score,
    recency_days,
    order_count,
    net_revenue,
    cast(first_ordered_at as date) as first_order_date,
    cast(last_ordered_at as date) as last_order_date
from customer_rfm
where $namespace in ('all', namespace) and segment = $segment
order by net_revenue desc, customer_id
