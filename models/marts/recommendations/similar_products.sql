{% set products_per_list = 20 %}
with

products as (

    select * from {{ ref('dim_products') }}

),

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}
    where cutoff_role = 'serving'

),

copurchase as (

    select * from {{ ref('rec_copurchase') }}

),

session_cutoffs as (

    select * from {{ ref('rec_session_cutoffs') }}
    where cutoff_role = 'serving'

),

session_pairs as (

    select * from {{ ref('rec_session_pairs') }}

),

session_products as (

    select * from {{ ref('rec_session_products') }}

),

product_features as (

    select * from {{ ref('rec_product_features') }}

),

offered_products as (

    select * from {{ ref('rec_offered_products') }}

),

serving_popularity as (

    select
        offered_products.product_id,
        offered_products.namespace,
        offered_products.category,
        coalesce(product_features.buyer_count_30d, 0) as buyer_count_30d,
        coalesce(product_features.buyer_count, 0) as buyer_count
    from offered_products
    left join cutoffs on offered_products.namespace = cutoffs.namespace
    left join product_features
        on
            cutoffs.cutoff_id = product_features.cutoff_id
            and offered_products.product_id = product_features.product_id

),

popular_in_category as (

    select
        *,
        row_number() over (
            partition by namespace, category order by buyer_count_30d desc, buyer_count desc, product_id asc
        ) as popularity_rank
    from serving_popularity
    where category is not null

),

popular_in_shop as (

    select
        *,
        row_number() over (
            partition by namespace order by buyer_count_30d desc, buyer_count desc, product_id asc
        ) as popularity_rank
    from serving_popularity

),

pair_scores as (

    select
        copurchase.product_id,
        copurchase.neighbour_product_id,
        copurchase.similarity as copurchase_similarity,
        0 as coview_similarity
    from copurchase
    inner join cutoffs on copurchase.cutoff_id = cutoffs.cutoff_id

    union all

    select
        session_products.product_id,
        neighbours.product_id as neighbour_product_id,
        0 as copurchase_similarity,
        session_pairs.cosine as coview_similarity
    from session_pairs
    inner join session_cutoffs on session_pairs.cutoff_id = session_cutoffs.cutoff_id
    inner join session_products
        on
            session_pairs.cutoff_id = session_products.cutoff_id
            and session_pairs.product_number = session_products.product_number
    inner join session_products as neighbours
        on
            session_pairs.cutoff_id = neighbours.cutoff_id
            and session_pairs.neighbour_number = neighbours.product_number
    -- One visitor who looked at both may be chance.
    where session_pairs.pair_count >= 2

),

-- The three lists of pairs (by customer, by basket, by visit) count alike.
pairs as (

    select
        product_id,
        neighbour_product_id,
        {{ exact_sum('copurchase_similarity') }} as copurchase_score,
        {{ exact_sum('coview_similarity') }} as coview_score
    from pair_scores
    group by product_id, neighbour_product_id

),

-- Pairs first; where there are too few, what is popular in the category, then in the shop.
proposals as (

    select
        product_id,
        neighbour_product_id,
        1 as tier,
        round((copurchase_score + coview_score) / 3, 9) as score,
        0 as popularity_rank,
        case
            when coview_score > copurchase_score then 'Often viewed together'
            else 'Often bought together'
        end as reason
    from pairs

    union all

    select
        products.product_id,
        popular_in_category.product_id as neighbour_product_id,
        2 as tier,
        0 as score,
        popular_in_category.popularity_rank,
        'Popular in ' || popular_in_category.category as reason
    from products
    inner join popular_in_category
        on
            products.namespace = popular_in_category.namespace
            and products.category = popular_in_category.category
            and popular_in_category.popularity_rank <= {{ products_per_list + 1 }}

    union all

    select
        products.product_id,
        popular_in_shop.product_id as neighbour_product_id,
        3 as tier,
        0 as score,
        popular_in_shop.popularity_rank,
        'Popular in this shop' as reason
    from products
    inner join popular_in_shop
        on
            products.namespace = popular_in_shop.namespace
            and popular_in_shop.popularity_rank <= {{ products_per_list + 1 }}

),

distinct_proposals as (

    select
        *,
        row_number() over (partition by product_id, neighbour_product_id order by tier) as proposal_rank
    from proposals
    where product_id <> neighbour_product_id

),

ranked as (

    select
        products.product_id,
        products.namespace,
        distinct_proposals.neighbour_product_id,
        distinct_proposals.score,
        distinct_proposals.reason,
        row_number() over (
            partition by products.product_id
            order by
                distinct_proposals.tier asc,
                distinct_proposals.score desc,
                distinct_proposals.popularity_rank asc,
                distinct_proposals.neighbour_product_id asc
        ) as similarity_rank
    from distinct_proposals
    inner join products on distinct_proposals.product_id = products.product_id
    inner join offered_products
        on
            distinct_proposals.neighbour_product_id = offered_products.product_id
            and products.namespace = offered_products.namespace
    where distinct_proposals.proposal_rank = 1

),

final as (

    select
        product_id,
        namespace,
        cast(similarity_rank as bigint) as rank,
        neighbour_product_id as similar_product_id,
        cast(score as double) as score,
        reason
    from ranked
    where similarity_rank <= {{ products_per_list }}

)

select * from final
