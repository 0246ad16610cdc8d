with

source as (

    select * from {{ source('sample_shop', 'orders') }}

),

renamed as (

    select
        -- ids
        {{ namespaced_id('order_id', 'sample_shop') }} as order_id,
        {{ namespaced_id('customer_id', 'sample_shop') }} as customer_id,
        {{ namespaced_id('device_id', 'sample_shop') }} as device_id,

        -- text
        country,
        currency,

        -- booleans
        is_test,

        -- times
        ordered_at,
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
