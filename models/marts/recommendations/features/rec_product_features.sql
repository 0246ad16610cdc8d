with

purchases as (

    select * from {{ ref('rec_purchases') }}

),

customer_product_features as (

    select * from {{ ref('rec_customer_product_features') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}

),

buyers as (

    select
        cutoff_id,
        product_id,
        count(*) as buyer_count,
        count(case when days_since_last_order <= 7 then 1 end) as buyer_count_7d,
        count(case when days_since_last_order <= 30 then 1 end) as buyer_count_30d,
        count(case when days_since_last_order <= 90 then 1 end) as buyer_count_90d,
        count(case when order_count > 1 then 1 end) as repeat_buyer_count,
        cast(sum(order_count) as bigint) as order_count,
        min(days_since_last_order) as days_since_last_sale,
        max(days_since_first_order) as days_since_first_sale
    from customer_product_features
    where order_count > 0
    group by cutoff_id, product_id

),

-- The window of the same length a year before the label window: what this season brings.
last_year as (

    select
        cutoffs.cutoff_id,
        purchases.product_id,
        count(distinct purchases.customer_id) as buyer_count_last_year,
        max(purchases.ordered_at) as latest_source_at
    from purchases
    inner join cutoffs
        on
            purchases.namespace = cutoffs.namespace
            and {{ within_days_before_cutoff('purchases.ordered_at', 365) }}
            and purchases.ordered_at
            < {{ timestamp_add_days('cutoffs.cutoff_at', '(cutoffs.label_window_days - 365)') }}
            and {{ before_cutoff('purchases.ordered_at') }}
    group by cutoffs.cutoff_id, purchases.product_id

),

prices as (

    select
        cutoffs.cutoff_id,
        purchases.product_id,
        cast(median(cast(purchases.unit_price as double)) as double) as median_price,
        max(purchases.ordered_at) as latest_source_at
    from purchases
    inner join cutoffs
        on
            purchases.namespace = cutoffs.namespace
            and {{ within_days_before_cutoff('purchases.ordered_at', 90) }}
    group by cutoffs.cutoff_id, purchases.product_id

),

viewers as (

    select
        cutoff_id,
        product_id,
        count(case when view_count_7d > 0 then 1 end) as viewer_count_7d,
        count(case when view_count_30d > 0 then 1 end) as viewer_count_30d,
        -- of all rows of the product, its buyers' included
        max(latest_source_at) as latest_source_at
    from customer_product_features
    group by cutoff_id, product_id

),

-- What is new may find its first buyers; what nobody bought for longer is not expected to.
new_products as (

    select
        cutoffs.cutoff_id,
        products.product_id,
        products.first_seen_at
    from products
    inner join cutoffs
        on
            products.namespace = cutoffs.namespace
            and {{ within_days_before_cutoff('products.first_seen_at', new_product_days() | int) }}

),

known_products as (

    select
        cutoff_id,
        product_id
    from buyers
    union
    select
        cutoff_id,
        product_id
    from new_products

),

final as (

    select
        known_products.cutoff_id,
        cutoffs.namespace,
        known_products.product_id,
        products.category,
        coalesce(buyers.buyer_count, 0) as buyer_count,
        coalesce(buyers.buyer_count_7d, 0) as buyer_count_7d,
        coalesce(buyers.buyer_count_30d, 0) as buyer_count_30d,
        coalesce(buyers.buyer_count_90d, 0) as buyer_count_90d,
        coalesce(last_year.buyer_count_last_year, 0) as buyer_count_last_year,
        coalesce(buyers.repeat_buyer_count, 0) as repeat_buyer_count,
        coalesce(buyers.order_count, 0) as order_count,
        buyers.order_count / nullif(cast(buyers.buyer_count as double), 0) as orders_per_buyer,
        buyers.days_since_last_sale,
        buyers.days_since_first_sale,
        -- null for what has been in the catalogue for longer
        {{ days_before_cutoff('new_products.first_seen_at') }} as days_since_new,
        prices.median_price,
        coalesce(viewers.viewer_count_7d, 0) as viewer_count_7d,
        coalesce(viewers.viewer_count_30d, 0) as viewer_count_30d,
        row_number() over (
            partition by known_products.cutoff_id
            order by
                coalesce(buyers.buyer_count_30d, 0) desc,
                coalesce(buyers.buyer_count, 0) desc,
                known_products.product_id asc
        ) as popularity_rank,
        -- Joins millions of pairs without their text; says the cutoff as well.
        cast(
            row_number() over (order by known_products.cutoff_id, known_products.product_id) as int
        ) as product_number,
        greatest(
            coalesce(viewers.latest_source_at, new_products.first_seen_at),
            coalesce(new_products.first_seen_at, viewers.latest_source_at),
            coalesce(last_year.latest_source_at, viewers.latest_source_at, new_products.first_seen_at),
            coalesce(prices.latest_source_at, viewers.latest_source_at, new_products.first_seen_at)
        ) as latest_source_at
    from known_products
    inner join cutoffs on known_products.cutoff_id = cutoffs.cutoff_id
    left join buyers
        on
            known_products.cutoff_id = buyers.cutoff_id
            and known_products.product_id = buyers.product_id
    left join new_products
        on
            known_products.cutoff_id = new_products.cutoff_id
            and known_products.product_id = new_products.product_id
    left join viewers
        on
            known_products.cutoff_id = viewers.cutoff_id
            and known_products.product_id = viewers.product_id
    left join products on known_products.product_id = products.product_id
    left join last_year
        on
            known_products.cutoff_id = last_year.cutoff_id
            and known_products.product_id = last_year.product_id
    left join prices
        on
            known_products.cutoff_id = prices.cutoff_id
            and known_products.product_id = prices.product_id

)

select * from final
