with

source as (

    select * from {{ source('sample_shop', 'order_lines') }}

),

renamed as (

    select
        -- ids
        {{ namespaced_id('order_line_id', 'sample_shop') }} as order_line_id,
        {{ namespaced_id('order_id', 'sample_shop') }} as order_id,
        {{ namespaced_id('product_id', 'sample_shop') }} as product_id,

        -- text
        currency,

        -- numbers
        quantity,
        cast(unit_price as decimal(18, 4)) as unit_price,

        -- times
        occurred_at,
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
