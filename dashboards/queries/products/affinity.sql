-- The pairs that most orders have, each once; of a product its title, with its id where several have that title.
with

paired as (
    select
        least(product_id, other_product_id) as product_id,
        greatest(product_id, other_product_id) as other_product_id,
        max(order_count) as together_count,
        max(lift) as lift,
        max(support) as support
    from basket_affinity
    where $namespace in ('all', namespace) and lift > 1
    group by 1, 2
),

strongest as (
    select *
    from paired
    order by together_count desc, lift desc, product_id, other_product_id
    limit 40
)

select
    strongest.product_id,
    strongest.other_product_id,
    coalesce(product.title, strongest.product_id) as name,
    coalesce(other.title, strongest.other_product_id) as other,
    strongest.together_count,
    strongest.lift,
    strongest.support
from strongest
left join dim_products as product on strongest.product_id = product.product_id
left join dim_products as other on strongest.other_product_id = other.product_id
order by strongest.together_count desc, strongest.lift desc, strongest.product_id, strongest.other_product_id
