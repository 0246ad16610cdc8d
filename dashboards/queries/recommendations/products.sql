-- The most bought products first: those are the ones people know.
select
    popular_products.product_id,
    title
from popular_products
inner join dim_products on popular_products.product_id = dim_products.product_id
where $namespace in ('all', popular_products.namespace) and segment_type = 'all'
order by popular_products.rank, popular_products.product_id
limit 100
