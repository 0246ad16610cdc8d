-- A failure means that a product's history has a gap or an overlap: of some moment it tells nothing, or two things.
-- Look at the product's rows of int_products__stated; two statements of one moment would be one cause.
with

versions as (

    select
        product_id,
        valid_from,
        valid_to,
        is_current,
        lead(valid_from) over (partition by product_id order by valid_from) as next_valid_from
    from {{ ref('dim_product_versions') }}

)

select *
from versions
where valid_to is distinct from next_valid_from or is_current <> (next_valid_from is null)
