with

source as (

    select * from {{ source('shop', 'orders') }}

),

renamed as (

    select
        -- ids
        {{ namespaced_id('trim(order_id)', 'shop') }} as order_id,
        {{ namespaced_id('trim(customer_id)', 'shop') }} as customer_id,
        {{ namespaced_id('trim(device_id)', 'shop') }} as device_id,

        -- text
        nullif(upper(trim(country)), '') as country,
        nullif(upper(trim(currency)), '') as currency,

        -- booleans
        try_cast(trim(is_test) as boolean) as is_test,

        -- times
        {{ utc_timestamp_from_text('ordered_at') }} as ordered_at,
        {{ utc_timestamp_from_text('updated_at') }} as updated_at,

        -- as they stood in the file, to explain a rejected row
        ordered_at as ordered_at_text,
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
