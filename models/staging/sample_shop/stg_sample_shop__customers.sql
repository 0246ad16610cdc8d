with

source as (

    select * from {{ source('sample_shop', 'customers') }}

),

renamed as (

    select
        -- ids
        {{ namespaced_id('customer_id', 'sample_shop') }} as customer_id,
        customer_id as source_customer_id,

        -- text
        country,
        contact_hash,

        -- times
        created_at,
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
