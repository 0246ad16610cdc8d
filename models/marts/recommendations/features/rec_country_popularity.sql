with

purchases as (

    select * from {{ ref('rec_purchases') }}

),

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}

),

product_features as (

    select * from {{ ref('rec_product_features') }}

),

buyers as (

    select
        cutoffs.cutoff_id,
        purchases.country,
        purchases.product_id,
        count(distinct purchases.customer_id) as buyer_count_30d,
        max(purchases.ordered_at) as latest_source_at
    from purchases
    inner join cutoffs
        on
            purchases.namespace = cutoffs.namespace
            and {{ within_days_before_cutoff('purchases.ordered_at', 30) }}
    where purchases.country is not null
    group by cutoffs.cutoff_id, purchases.country, purchases.product_id

),

final as (

    select
        buyers.*,
        product_features.product_number,
        row_number() over (
            partition by buyers.cutoff_id, buyers.country
            order by buyers.buyer_count_30d desc, buyers.product_id asc
        ) as popularity_rank
    from buyers
    inner join product_features
        on
            buyers.cutoff_id = product_features.cutoff_id
            and buyers.product_id = product_features.product_id

)

select * from final
