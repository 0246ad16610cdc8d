{{ config(tags=['after_training']) }}

-- A failure means that shoppers are shown what the shop excluded (seed `recommendation_exclusions`). The rule stands
-- in `rec_offered_products`, which all three lists start from: build them anew after a change of the seed.
with

listed as (

    select
        'recommendations' as list_name,
        product_id
    from {{ ref('recommendations') }}

    union all

    select
        'similar_products' as list_name,
        similar_product_id as product_id
    from {{ ref('similar_products') }}

    union all

    select
        'popular_products' as list_name,
        product_id
    from {{ ref('popular_products') }}

)

select
    listed.list_name,
    listed.product_id,
    exclusions.reason
from listed
inner join {{ ref('dim_products') }} as products on listed.product_id = products.product_id
inner join {{ ref('recommendation_exclusions') }} as exclusions
    on
        products.namespace = exclusions.namespace
        and (
            products.product_id = exclusions.product_id
            or products.category = exclusions.category
        )
