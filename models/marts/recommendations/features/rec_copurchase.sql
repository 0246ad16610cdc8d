{#
  Only the latest products of a customer or basket make pairs: the pairs of a list grow with the square of its length.
#}
{% set products_per_list = var('recommender_products_per_list') %}
{% set neighbours_per_product = var('recommender_neighbours') %}
with

purchases as (

    select * from {{ ref('rec_purchases') }}

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

-- Lists of products that belong together: what a customer bought …
customer_lists as (

    select
        product_features.product_number,
        customer_product_features.cutoff_id,
        customer_product_features.customer_id as list_id,
        {{ decay('customer_product_features.days_since_last_order', 120) }} as weight,
        customer_product_features.latest_source_at,
        row_number() over (
            partition by customer_product_features.cutoff_id, customer_product_features.customer_id
            order by customer_product_features.days_since_last_order, customer_product_features.product_id
        ) as product_position,
        count(*) over (
            partition by customer_product_features.cutoff_id, customer_product_features.customer_id
        ) as list_length
    from customer_product_features
    inner join product_features
        on
            customer_product_features.cutoff_id = product_features.cutoff_id
            and customer_product_features.product_id = product_features.product_id
    where customer_product_features.order_count > 0

),

-- … and what was in one basket.
baskets as (

    select
        namespace,
        order_id,
        product_id,
        min(ordered_at) as ordered_at
    from purchases
    group by namespace, order_id, product_id

),

basket_positions as (

    select
        *,
        row_number() over (partition by order_id order by product_id) as product_position,
        count(*) over (partition by order_id) as list_length
    from baskets

),

basket_lists as (

    select
        product_features.product_number,
        cutoffs.cutoff_id,
        basket_positions.order_id as list_id,
        {{ decay(days_before_cutoff('basket_positions.ordered_at'), 240) }} as weight,
        basket_positions.ordered_at as latest_source_at,
        basket_positions.product_position,
        basket_positions.list_length
    from basket_positions
    inner join cutoffs
        on
            basket_positions.namespace = cutoffs.namespace
            and {{ before_cutoff('basket_positions.ordered_at') }}
    inner join product_features
        on
            cutoffs.cutoff_id = product_features.cutoff_id
            and basket_positions.product_id = product_features.product_id

),

typed_lists as (

    select
        *,
        true as is_basket
    from basket_lists
    where product_position <= {{ products_per_list }}

    union all

    select
        *,
        false as is_basket
    from customer_lists
    where product_position <= {{ products_per_list }}

),

lists as (

    select
        is_basket,
        cast(dense_rank() over (order by cutoff_id, is_basket, list_id) as int) as list_number,
        product_number,
        -- A long list says less about each of its pairs.
        weight / nullif(sqrt(cast(list_length as double)), 0) as weight,
        latest_source_at
    from typed_lists

),

-- Squared length of a product's vector of weights: what a pair is normalised by.
norms as (

    select
        is_basket,
        product_number,
        {{ exact_sum('weight * weight') }} as squared_norm,
        max(latest_source_at) as latest_source_at
    from lists
    group by is_basket, product_number

),

pairs as (

    select
        lists.is_basket,
        lists.product_number,
        neighbours.product_number as neighbour_number,
        {{ exact_sum('lists.weight * neighbours.weight') }} as pair_weight,
        count(*) as pair_count
    from lists
    inner join lists as neighbours
        on
            lists.list_number = neighbours.list_number
            and lists.product_number < neighbours.product_number
    group by lists.is_basket, lists.product_number, neighbours.product_number
    -- Two products that met once met by chance.
    having count(*) >= 2

),

directed_pairs as (

    select
        is_basket,
        product_number,
        neighbour_number,
        pair_weight,
        pair_count
    from pairs

    union all

    select
        is_basket,
        neighbour_number as product_number,
        product_number as neighbour_number,
        pair_weight,
        pair_count
    from pairs

),

similarities as (

    select
        directed_pairs.is_basket,
        directed_pairs.product_number,
        directed_pairs.neighbour_number,
        directed_pairs.pair_count,
        round(
            directed_pairs.pair_weight / nullif(sqrt(norms.squared_norm * neighbour_norms.squared_norm), 0), 9
        ) as similarity,
        -- A cosine is made of both products' whole vectors.
        greatest(norms.latest_source_at, neighbour_norms.latest_source_at) as latest_source_at
    from directed_pairs
    inner join norms
        on
            directed_pairs.is_basket = norms.is_basket
            and directed_pairs.product_number = norms.product_number
    inner join norms as neighbour_norms
        on
            directed_pairs.is_basket = neighbour_norms.is_basket
            and directed_pairs.neighbour_number = neighbour_norms.product_number
    where directed_pairs.pair_weight > 0

),

ranked as (

    select
        *,
        row_number() over (
            partition by product_number, is_basket
            order by similarity desc, pair_count desc, neighbour_number asc
        ) as neighbour_rank
    from similarities

),

final as (

    select
        product_features.cutoff_id,
        product_features.product_id,
        case when ranked.is_basket then 'basket' else 'customer' end as list_type,
        ranked.neighbour_rank,
        neighbours.product_id as neighbour_product_id,
        ranked.similarity,
        ranked.pair_count,
        ranked.product_number,
        ranked.neighbour_number,
        -- No two pairs share it, so `max_by` over it has one answer.
        cast(row_number() over (
            order by ranked.similarity, ranked.product_number, ranked.neighbour_number, ranked.is_basket
        ) as int) as similarity_order,
        ranked.latest_source_at
    from ranked
    inner join product_features
        on ranked.product_number = product_features.product_number
    inner join product_features as neighbours
        on ranked.neighbour_number = neighbours.product_number
    where ranked.neighbour_rank <= {{ neighbours_per_product }}

)

select * from final
