select
    segment,
    count(*) as member_count,
    sum(order_count) as order_count,
    sum(net_revenue) as net_revenue,
    sum(net_revenue) / nullif(count(*), 0) as net_revenue_per_customer
from customer_rfm
where $namespace in ('all', namespace)
group by segment
order by net_revenue desc, segment
