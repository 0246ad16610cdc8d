with

source as (

    select * from {{ source('ga4', 'rejected_lines') }}

),

renamed as (

    select
        -- text
        reason,
        raw_text,

        -- provenance
        'ga4' as source_name,
        {{ namespace_of('ga4') }} as namespace,
        source_file,
        source_row,
        file_sha256,
        landing_file,
        loaded_at

    from source

)

select * from renamed
