with

source as (

    select * from {{ source('sample_shop', 'products') }}

),

renamed as (

    select
        -- ids
        {{ namespaced_id('product_id', 'sample_shop') }} as product_id,
        product_id as source_product_id,

        -- text
        title,
        category_path,
        brand,
        currency,
        image_url,

        -- numbers
        cast(price as decimal(18, 4)) as price,

        -- booleans
        in_stock as is_in_stock,
        is_replenishable,

        -- times
        updated_at,

        -- provenance
        'sample_shop' as source_name,
        {{ namespace_of('sample_shop') }} as namespace,
        source_file,
        source_row,
        file_sha256,
        landing_file,
        loaded_at

    from source

)

select * from renamed
