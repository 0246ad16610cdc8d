with

source as (

    select * from {{ source('shop', 'rejected_lines') }}

),

renamed as (

    select
        -- text
        reason,
        raw_text,

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
