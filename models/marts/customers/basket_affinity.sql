with

order_products as (

    select distinct
        order_id,
        namespace,
        product_id
    from {{ ref('fct_order_lines') }}
    where line_type = 'sale' and product_id is not null

),

-- Long baskets are a reseller's stock list: they say little of what goes with what, and have most of the pairs.
baskets as (

    select
        order_id,
        namespace
    from order_products
    group by order_id, namespace
    having count(*) <= {{ var('basket_affinity_max_products') }}

),

basket_products as (

    select order_products.*
    from order_products
    inner join baskets on order_products.order_id = baskets.order_id

),

basket_counts as (

    select
        namespace,
        count(*) as basket_count
    from baskets
    group by namespace

),

-- A pair cannot be in more orders than the rarer of its products. Pairs are many and ids long, so they get numbers.
products as (

    select
        namespace,
        product_id,
        row_number() over (order by product_id) as product_number,
        count(*) as product_order_count
    from basket_products
    group by namespace, product_id
    having count(*) >= {{ var('basket_affinity_min_orders') }}

),

pairable as (

    select
        basket_products.order_id,
        products.product_number
    from basket_products
    inner join products on basket_products.product_id = products.product_id

),

pairs as (

    select
        one.product_number,
        other.product_number as other_product_number,
        count(*) as order_count
    from pairable as one
    inner join pairable as other
        on
            one.order_id = other.order_id
            and one.product_number < other.product_number
    group by one.product_number, other.product_number
    having count(*) >= {{ var('basket_affinity_min_orders') }}

),

directed as (

    select
        product_number,
        other_product_number,
        order_count
    from pairs

    union all

    select
        other_product_number as product_number,
        product_number as other_product_number,
        order_count
    from pairs

),

measured as (

    select
        products.namespace,
        products.product_id,
        companions.product_id as other_product_id,
        directed.order_count,
        products.product_order_count,
        companions.product_order_count as other_product_order_count,
        basket_counts.basket_count,
        round(cast(directed.order_count as double) / nullif(basket_counts.basket_count, 0), 9) as support,
        round(cast(directed.order_count as double) / nullif(products.product_order_count, 0), 9) as confidence,
        round(
            cast(directed.order_count as double) * basket_counts.basket_count
            / nullif(cast(products.product_order_count as double) * companions.product_order_count, 0),
            9
        ) as lift
    from directed
    inner join products on directed.product_number = products.product_number
    inner join products as companions on directed.other_product_number = companions.product_number
    inner join basket_counts on products.namespace = basket_counts.namespace

),

ranked as (

    select
        *,
        row_number() over (
            partition by product_id
            order by order_count desc, lift desc, other_product_id asc
        ) as affinity_rank
    from measured

),

final as (

    select
        namespace,
        product_id,
        cast(affinity_rank as bigint) as rank,
        other_product_id,
        cast(order_count as bigint) as order_count,
        cast(product_order_count as bigint) as product_order_count,
        cast(other_product_order_count as bigint) as other_product_order_count,
        cast(basket_count as bigint) as basket_count,
        support,
        confidence,
        lift
    from ranked
    where affinity_rank <= {{ var('basket_affinity_products') }}

)

select * from final
