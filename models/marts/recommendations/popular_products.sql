{% set days = 30 %}
{% set products_per_segment = 50 %}
{% set fewest_buyers = 5 %}
with

purchases as (

    select * from {{ ref('rec_purchases') }}

),

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}
    where cutoff_role = 'serving'

),

offered_products as (

    select * from {{ ref('rec_offered_products') }}

),

recent_purchases as (

    select purchases.*
    from purchases
    inner join cutoffs
        on
            purchases.namespace = cutoffs.namespace
            and {{ within_days_before_cutoff('purchases.ordered_at', days) }}

),

-- What last year's buyers bought in the days that now lie ahead: 52 weeks ago, so that weekdays fall on weekdays.
seasonal_purchases as (

    select purchases.*
    from purchases
    inner join cutoffs
        on
            purchases.namespace = cutoffs.namespace
            and {{ within_days_before_cutoff('purchases.ordered_at', 364) }}
            and not ({{ within_days_before_cutoff('purchases.ordered_at', 364 - days) }})

),

segment_purchases as (

    select
        namespace,
        'all' as segment_type,
        'all' as segment,
        customer_id,
        product_id
    from recent_purchases

    union all

    select
        namespace,
        'country' as segment_type,
        country as segment,
        customer_id,
        product_id
    from recent_purchases
    where country is not null

    union all

    select
        recent_purchases.namespace,
        'category' as segment_type,
        offered_products.category as segment,
        recent_purchases.customer_id,
        recent_purchases.product_id
    from recent_purchases
    inner join offered_products on recent_purchases.product_id = offered_products.product_id
    where offered_products.category is not null

    union all

    select
        namespace,
        'season' as segment_type,
        'season' as segment,
        customer_id,
        product_id
    from seasonal_purchases

),

segments as (

    select
        namespace,
        segment_type,
        segment,
        count(distinct customer_id) as segment_buyer_count
    from segment_purchases
    group by namespace, segment_type, segment

),

product_buyers as (

    select
        namespace,
        segment_type,
        segment,
        product_id,
        count(distinct customer_id) as buyer_count
    from segment_purchases
    group by namespace, segment_type, segment, product_id

),

ranked as (

    select
        product_buyers.namespace,
        product_buyers.segment_type,
        product_buyers.segment,
        product_buyers.product_id,
        product_buyers.buyer_count,
        product_buyers.buyer_count / nullif(cast(segments.segment_buyer_count as double), 0) as score,
        row_number() over (
            partition by product_buyers.namespace, product_buyers.segment_type, product_buyers.segment
            order by product_buyers.buyer_count desc, product_buyers.product_id asc
        ) as popularity_rank
    from product_buyers
    inner join segments
        on
            product_buyers.namespace = segments.namespace
            and product_buyers.segment_type = segments.segment_type
            and product_buyers.segment = segments.segment
    inner join offered_products on product_buyers.product_id = offered_products.product_id
    -- A handful of people is no fashion, and not anonymous.
    where segments.segment_type = 'all' or segments.segment_buyer_count >= {{ fewest_buyers }}

),

final as (

    select
        namespace,
        segment_type,
        segment,
        cast(popularity_rank as bigint) as rank,
        product_id,
        cast(score as double) as score,
        cast(buyer_count as bigint) as buyer_count
    from ranked
    where popularity_rank <= {{ products_per_segment }}

)

select * from final
