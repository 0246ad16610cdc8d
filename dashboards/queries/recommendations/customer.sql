select
    order_count,
    net_revenue,
    segment,
    last_ordered_at
from customer_rfm
where customer_id = $customer_id
