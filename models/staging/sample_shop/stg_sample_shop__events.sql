with

source as (

    select * from {{ source('sample_shop', 'events') }}

),

renamed as (

    select
        -- ids
        {{ namespaced_id('event_id', 'sample_shop') }} as event_id,
        {{ namespaced_id('device_id', 'sample_shop') }} as device_id,
        {{ namespaced_id('customer_id', 'sample_shop') }} as customer_id,
        {{ namespaced_id('product_id', 'sample_shop') }} as product_id,
        {{ namespaced_id('order_id', 'sample_shop') }} as order_id,
        {{ namespaced_id('recommendation_id', 'sample_shop') }} as recommendation_id,

        -- text
        event_name,
        currency,
        page_url,
        search_term,
        list_id,
        user_agent,

        -- numbers
        position,
        quantity,
        cast(unit_price as decimal(18, 4)) as unit_price,

        -- times
        occurred_at,
        received_at,

        -- provenance
        'sample_shop' as source_name,
        {{ namespace_of('sample_shop') }} as namespace,
        source_file,
        source_row,
        cast(1 as bigint) as item_number,
        file_sha256,
        landing_file,
        loaded_at

    from source

)

select * from renamed
