-- A sample of customers with recommendations, in an order that has nothing to do with who they are.
select
    customer_id,
    order_count,
    segment
from customer_rfm
where
    $source in ('all', source_name)
    and customer_id in (select customer_id from recommendations)
order by md5(customer_id)
limit 100
