with

product_features as (

    select * from {{ ref('rec_product_features') }}

),

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}
    where cutoff_role = 'serving'

),

products as (

    select * from {{ ref('dim_products') }}

),

measured as (

    select
        product_features.product_id,
        product_features.buyer_count,
        product_features.repeat_buyer_count,
        product_features.repeat_buyer_count / nullif(cast(product_features.buyer_count as double), 0) as repeat_share
    from product_features
    inner join cutoffs on product_features.cutoff_id = cutoffs.cutoff_id

),

final as (

    select
        measured.product_id,
        measured.buyer_count,
        measured.repeat_buyer_count,
        measured.repeat_share,
        -- What the shop says counts; where it says nothing, what buyers do.
        coalesce(
            products.is_replenishable,
            measured.buyer_count >= 5
            and measured.repeat_share >= {{ var('recommendation_replenishable_share') }}
        ) as is_replenishable
    from measured
    inner join products on measured.product_id = products.product_id

)

select * from final
