-- A sample of customers with recommendations, in an order that has nothing to do with who they are.
select customer_id
from recommendations
where rank = 1 and $namespace in ('all', namespace)
order by md5(customer_id)
limit 100
