{{ config(materialized='view') }}

with

candidates as (

    select * from {{ ref('rec_candidates') }}

),

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}

),

customer_product_features as (

    select * from {{ ref('rec_customer_product_features') }}

),

product_features as (

    select * from {{ ref('rec_product_features') }}

),

customer_features as (

    select * from {{ ref('rec_customer_features') }}

),

country_popularity as (

    select * from {{ ref('rec_country_popularity') }}

),

copurchase as (

    select * from {{ ref('rec_copurchase') }}

),

labels as (

    select * from {{ ref('rec_labels') }}

),

-- Which pairs made which score is known no more; the latest of the cutoff stands for all of them.
copurchase_sources as (

    select
        cutoff_id,
        max(latest_source_at) as latest_source_at
    from copurchase
    group by cutoff_id

),

final as (

    select
        candidates.cutoff_id,
        candidates.customer_id,
        candidates.product_id,
        cutoffs.cutoff_at,
        greatest(
            coalesce(customer_product_features.latest_source_at, product_features.latest_source_at),
            coalesce(customer_features.latest_source_at, product_features.latest_source_at),
            coalesce(country_popularity.latest_source_at, product_features.latest_source_at),
            coalesce(copurchase_sources.latest_source_at, product_features.latest_source_at),
            product_features.latest_source_at
        ) as latest_source_at,
        candidates.nearest_product_id,

        -- where the candidate came from, and how near it is to the history
        candidates.is_from_history,
        candidates.is_from_copurchase,
        candidates.is_from_popularity,
        candidates.is_from_country,
        candidates.is_from_category,
        candidates.is_from_new,
        candidates.customer_list_score,
        candidates.basket_list_score,
        candidates.latest_basket_score,

        -- customer and product
        coalesce(customer_product_features.order_count, 0) as pair_order_count,
        coalesce(customer_product_features.order_count_30d, 0) as pair_order_count_30d,
        coalesce(customer_product_features.order_count_90d, 0) as pair_order_count_90d,
        coalesce(customer_product_features.decayed_order_count, 0) as pair_decayed_order_count,
        customer_product_features.days_since_last_order as pair_days_since_last_order,
        customer_product_features.days_since_first_order as pair_days_since_first_order,
        customer_product_features.mean_interval_days as pair_mean_interval_days,
        -- 1: as long ago as the customer usually waits. `greatest` skips nulls, which here mean unknown.
        case
            when customer_product_features.mean_interval_days is not null
                then
                    customer_product_features.days_since_last_order
                    / greatest(customer_product_features.mean_interval_days, 1)
        end as pair_due_ratio,
        coalesce(customer_product_features.order_count, 0)
        / nullif(cast(customer_features.order_count as double), 0) as pair_share_of_orders,
        customer_product_features.days_since_last_order
        - customer_features.days_since_last_order as pair_days_before_latest_order,
        coalesce(customer_product_features.view_count_7d, 0) as pair_view_count_7d,
        coalesce(customer_product_features.view_count_30d, 0) as pair_view_count_30d,
        coalesce(customer_product_features.cart_count_7d, 0) as pair_cart_count_7d,
        coalesce(customer_product_features.cart_count_30d, 0) as pair_cart_count_30d,
        customer_product_features.days_since_last_event as pair_days_since_last_event,

        -- product
        product_features.buyer_count as product_buyer_count,
        product_features.buyer_count_7d as product_buyer_count_7d,
        product_features.buyer_count_30d as product_buyer_count_30d,
        product_features.buyer_count_90d as product_buyer_count_90d,
        product_features.buyer_count_last_year as product_buyer_count_last_year,
        product_features.buyer_count_7d
        / greatest(cast(product_features.buyer_count_30d as double), 1) as product_trend_7d,
        product_features.buyer_count_30d
        / greatest(cast(product_features.buyer_count_90d as double), 1) as product_trend_30d,
        product_features.repeat_buyer_count
        / nullif(cast(product_features.buyer_count as double), 0) as product_repeat_share,
        product_features.orders_per_buyer as product_orders_per_buyer,
        product_features.days_since_last_sale as product_days_since_last_sale,
        product_features.days_since_first_sale as product_days_since_first_sale,
        product_features.days_since_new as product_days_since_new,
        product_features.median_price as product_median_price,
        product_features.viewer_count_7d as product_viewer_count_7d,
        product_features.viewer_count_30d as product_viewer_count_30d,
        product_features.popularity_rank as product_popularity_rank,
        coalesce(country_popularity.buyer_count_30d, 0) as country_buyer_count_30d,

        -- customer
        customer_features.is_in_main_country as customer_is_in_main_country,
        customer_features.order_count as customer_order_count,
        customer_features.order_count_30d as customer_order_count_30d,
        customer_features.order_count_90d as customer_order_count_90d,
        customer_features.days_since_last_order as customer_days_since_last_order,
        customer_features.days_since_first_order as customer_days_since_first_order,
        customer_features.product_count as customer_product_count,
        customer_features.repeat_share as customer_repeat_share,
        customer_features.mean_basket_size as customer_mean_basket_size,
        customer_features.median_price as customer_median_price,
        case
            when customer_features.median_price is not null
                then product_features.median_price / greatest(cast(customer_features.median_price as double), 0.01)
        end as relative_price,

        -- null where there is nothing to learn from: the future of the serving cutoff
        case
            when cutoffs.cutoff_role = 'serving' then cast(null as int)
            when labels.product_id is not null then 1
            else 0
        end as is_bought
    from candidates
    inner join cutoffs on candidates.cutoff_id = cutoffs.cutoff_id
    inner join product_features
        on
            candidates.cutoff_id = product_features.cutoff_id
            and candidates.product_id = product_features.product_id
    inner join customer_features
        on
            candidates.cutoff_id = customer_features.cutoff_id
            and candidates.customer_id = customer_features.customer_id
    left join customer_product_features
        on
            candidates.cutoff_id = customer_product_features.cutoff_id
            and candidates.customer_id = customer_product_features.customer_id
            and candidates.product_id = customer_product_features.product_id
    left join country_popularity
        on
            candidates.cutoff_id = country_popularity.cutoff_id
            and customer_features.country = country_popularity.country
            and candidates.product_id = country_popularity.product_id
    left join copurchase_sources on candidates.cutoff_id = copurchase_sources.cutoff_id
    left join labels
        on
            candidates.cutoff_id = labels.cutoff_id
            and candidates.customer_id = labels.customer_id
            and candidates.product_id = labels.product_id

)

select * from final
