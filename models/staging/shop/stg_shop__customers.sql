with

source as (

    select * from {{ source('shop', 'customers') }}

),

renamed as (

    select
        -- ids
        {{ namespaced_id('trim(customer_id)', 'shop') }} as customer_id,
        nullif(trim(customer_id), '') as source_customer_id,

        -- text
        nullif(upper(trim(country)), '') as country,
        nullif(trim(contact_hash), '') as contact_hash,

        -- times
        {{ utc_timestamp_from_text('created_at') }} as created_at,
        {{ utc_timestamp_from_text('updated_at') }} as updated_at,

        -- as it stood in the file, to explain a rejected row
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
