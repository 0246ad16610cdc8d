with

stated as (

    select * from {{ ref('int_products__stated') }}

),

described as (

    select
        *,
        {{ surrogate_key(['title', 'category_path', 'brand', 'currency', 'price', 'is_in_stock']) }} as attributes
    from stated

),

compared as (

    select
        *,
        lag(attributes) over (partition by product_id order by stated_at) as previous_attributes
    from described

),

changes as (

    -- one row each time a product becomes another than before
    select
        *,
        lead(stated_at) over (partition by product_id order by stated_at) as next_change_at
    from compared
    where previous_attributes is null or previous_attributes <> attributes

),

final as (

    select
        -- ids
        product_id,
        {{ namespace_of_id('product_id') }} as namespace,

        -- text
        title,
        category_path,
        category,
        brand,
        currency,

        -- numbers
        cast(price as decimal(18, 4)) as price,

        -- booleans
        is_in_stock,
        next_change_at is null as is_current,

        -- times
        stated_at as valid_from,
        next_change_at as valid_to
    from changes

)

select * from final
