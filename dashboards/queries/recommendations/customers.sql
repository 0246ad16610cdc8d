-- A sample of customers with recommendations, in an order that has nothing to do with who they are.
select distinct
    customer_id,
    md5(customer_id) as shuffled
from recommendations
where $namespace in ('all', namespace)
order by shuffled
limit 100
