{#
    The log knows visitors by one permanent id, logged in or not: that is the device, and once it buys, the customer.
    Its own sessions serve to tell which purchases are one order.
#}
with

source as (

    select * from {{ source('rees46', 'events') }}

),

identified as (

    -- the log gives its rows no id: rows that agree in these are one event
    select
        *,
        {{ surrogate_key(['event_time', 'event_type', 'product_id', 'price', 'user_id', 'user_session']) }} as event_id,
        case when event_type = 'purchase' then user_id end as buyer_id,
        case when event_type = 'purchase' then coalesce(nullif(user_session, ''), user_id || '@' || event_time) end
            as order_id,
        -- the last part of `electronics.audio.headphone`
        split_part(category_code, '.', -1) as product_kind
    from source

),

renamed as (

    select
        -- ids
        {{ namespaced_id('event_id', 'rees46') }} as event_id,
        {{ namespaced_id('user_id', 'rees46') }} as device_id,
        {{ namespaced_id('buyer_id', 'rees46') }} as customer_id,
        {{ namespaced_id('product_id', 'rees46') }} as product_id,
        {{ namespaced_id('order_id', 'rees46') }} as order_id,
        cast(null as string) as recommendation_id,

        -- text
        case event_type
            when 'view' then 'view_item'
            when 'cart' then 'add_to_cart'
            else event_type
        end as event_name,
        'USD' as currency,
        cast(null as string) as page_url,
        cast(null as string) as search_term,
        cast(null as string) as list_id,
        cast(null as string) as user_agent,

        -- what the row says of the product
        nullif(product_id, '') as source_product_id,
        nullif(trim(coalesce(brand, '') || ' ' || coalesce(product_kind, '')), '')
        || ' ' || product_id as product_title,
        replace(nullif(category_code, ''), '.', ' > ') as product_category_path,
        nullif(brand, '') as product_brand,

        -- numbers
        cast(null as bigint) as position,
        cast(case when event_type <> 'view' then 1 end as bigint) as quantity,
        try_cast(price as decimal(18, 4)) as unit_price,

        -- times
        try_cast(event_time as timestamp) as occurred_at,
        try_cast(event_time as timestamp) as received_at,

        -- provenance
        'rees46' as source_name,
        {{ namespace_of('rees46') }} as namespace,
        source_file,
        source_row,
        cast(1 as bigint) as item_number,
        file_sha256,
        landing_file,
        loaded_at

    from identified

)

select * from renamed
