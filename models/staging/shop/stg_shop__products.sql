with

source as (

    select * from {{ source('shop', 'products') }}

),

renamed as (

    select
        -- ids
        {{ namespaced_id('trim(product_id)', 'shop') }} as product_id,
        nullif(trim(product_id), '') as source_product_id,

        -- text
        nullif(trim(title), '') as title,
        nullif(trim(category_path), '') as category_path,
        nullif(trim(brand), '') as brand,
        nullif(upper(trim(currency)), '') as currency,
        nullif(trim(image_url), '') as image_url,

        -- numbers
        try_cast(price as decimal(18, 4)) as price,

        -- booleans
        try_cast(trim(in_stock) as boolean) as is_in_stock,
        try_cast(trim(is_replenishable) as boolean) as is_replenishable,

        -- times
        {{ utc_timestamp_from_text('updated_at') }} as updated_at,

        -- as they stood in the file, to explain a rejected row
        price as price_text,
        updated_at as updated_at_text,

        -- provenance
        'shop' as source_name,
        {{ namespace_of('shop') }} as namespace,
        source_file,
        source_row,
        file_sha256,
        landing_file,
        loaded_at

    from source

)

select * from renamed
