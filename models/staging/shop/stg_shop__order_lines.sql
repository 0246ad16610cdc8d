with

source as (

    select * from {{ source('shop', 'order_lines') }}

),

renamed as (

    select
        -- ids
        {{ namespaced_id('trim(order_line_id)', 'shop') }} as order_line_id,
        {{ namespaced_id('trim(order_id)', 'shop') }} as order_id,
        {{ namespaced_id('trim(product_id)', 'shop') }} as product_id,

        -- text
        nullif(upper(trim(currency)), '') as currency,

        -- numbers
        {{ integer_from_text('quantity') }} as quantity,
        try_cast(unit_price as decimal(18, 4)) as unit_price,

        -- times
        {{ utc_timestamp_from_text('occurred_at') }} as occurred_at,
        {{ utc_timestamp_from_text('updated_at') }} as updated_at,

        -- as they stood in the file, to explain a rejected row
        quantity as quantity_text,
        unit_price as unit_price_text,
        occurred_at as occurred_at_text,
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
