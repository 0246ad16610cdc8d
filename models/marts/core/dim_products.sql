with

stated as (

    select * from {{ ref('int_products__stated') }}

),

first_statements as (

    select
        product_id,
        min(stated_at) as first_seen_at
    from stated
    group by product_id

),

final as (

    select
        -- ids
        stated.product_id,
        {{ namespace_of_id('stated.product_id') }} as namespace,
        {{ source_id('stated.product_id') }} as source_product_id,

        -- text
        stated.title,
        stated.category_path,
        stated.category,
        stated.brand,
        stated.currency,
        stated.image_url,

        -- numbers
        cast(stated.price as decimal(18, 4)) as price,

        -- booleans
        stated.is_in_stock,
        stated.is_replenishable,

        -- times
        first_statements.first_seen_at,
        stated.last_stated_at as last_changed_at
    from stated
    inner join first_statements on stated.product_id = first_statements.product_id
    where stated.next_stated_at is null

)

select * from final
