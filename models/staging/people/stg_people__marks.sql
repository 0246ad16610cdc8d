with

source as (

    select * from {{ source('people', 'marks') }}

),

renamed as (

    select
        -- ids
        mark_id,
        customer_id,
        product_id,

        -- text
        mark,
        namespace,
        source_name,
        table_name,
        column_name,
        metric,
        segment_type,
        segment_value,
        note,

        -- yes or no
        is_withdrawn,

        -- times
        metric_date,
        marked_at
    from source

)

select * from renamed
