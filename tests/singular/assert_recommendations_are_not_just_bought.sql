{{ config(tags=['after_training']) }}

-- A failure means that shoppers are offered what they have just bought, though nobody buys it again: the commonest
-- complaint about shops. Told from the order lines, not from the features that the rule itself reads.
with

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}
    where cutoff_role = 'serving'

),

bought as (

    select
        purchases.customer_id,
        purchases.product_id,
        count(distinct purchases.order_id) as order_count,
        max(purchases.ordered_at) as last_ordered_at,
        max(cutoffs.cutoff_at) as cutoff_at
    from {{ ref('rec_purchases') }} as purchases
    inner join cutoffs on purchases.namespace = cutoffs.namespace
    group by purchases.customer_id, purchases.product_id

)

select
    recommendations.customer_id,
    recommendations.product_id,
    bought.last_ordered_at
from {{ ref('recommendations') }} as recommendations
inner join bought
    on
        recommendations.customer_id = bought.customer_id
        and recommendations.product_id = bought.product_id
inner join {{ ref('rec_product_habits') }} as product_habits
    on recommendations.product_id = product_habits.product_id
where
    bought.order_count < 3
    and not product_habits.is_replenishable
    and bought.last_ordered_at
    >= {{ timestamp_add_days('bought.cutoff_at', '-' ~ var('recommendation_recent_days')) }}
