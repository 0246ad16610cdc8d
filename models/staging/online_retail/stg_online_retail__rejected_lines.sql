with

source as (

    select * from {{ source('online_retail', 'rejected_lines') }}

),

renamed as (

    select
        -- text
        reason,
        raw_text,

        -- provenance
        'online_retail' as source_name,
        {{ namespace_of('online_retail') }} as namespace,
        source_file,
        source_row,
        file_sha256,
        landing_file,
        loaded_at

    from source

)

select * from renamed
