-- Customers with a list by how many orders are known of them.
with

known as (
    select
        case
            when coalesce(order_count, 0) = 0 then 'No order yet'
            when order_count = 1 then 'One order'
            when order_count <= 5 then 'Two to five orders'
            else 'More than five orders'
        end as name
    from recommendations
    left join customer_rfm on recommendations.customer_id = customer_rfm.customer_id
    where rank = 1 and $namespace in ('all', recommendations.namespace)
)

select
    name,
    count(*) as member_count
from known
group by name
order by list_position(['No order yet', 'One order', 'Two to five orders', 'More than five orders'], name)
