with

source as (

    select * from {{ source('rees46', 'rejected_lines') }}

),

renamed as (

    select
        -- text
        reason,
        raw_text,

        -- provenance
        'rees46' as source_name,
        {{ namespace_of('rees46') }} as namespace,
        source_file,
        source_row,
        file_sha256,
        landing_file,
        loaded_at

    from source

)

select * from renamed
