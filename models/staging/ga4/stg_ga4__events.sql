{# GA4's events keep their names; its sessions (`ga_session_id`) are not used, ours are made by us. #}
with

source as (

    select * from {{ source('ga4', 'events') }}

),

with_products as (

    -- of a shown list or a begun checkout the items are left aside: nobody clicked forty times
    select
        *,
        -- an export has no id for an event; events sent together share their timestamp
        {{ surrogate_key([
            'user_pseudo_id', 'event_timestamp', 'event_name', 'event_bundle_sequence_id', 'batch_page_id',
            'batch_ordering_id', 'batch_event_index', 'event_params', 'items'
        ]) }} as content_hash,
        case
            when event_name in (
                'select_item', 'view_item', 'add_to_cart', 'remove_from_cart', 'purchase', 'refund',
                'view_recommendation', 'select_recommendation', 'dismiss_recommendation'
            ) then items
        end as product_items
    from source

),

exploded as (

    {{ json_items('with_products', 'product_items', [
        'item_id', 'item_name', 'item_brand', 'item_category', 'item_category2', 'item_category3', 'price', 'quantity',
        'item_list_id', 'item_list_index'
    ]) }}

),

detailed as (

    select
        *,
        case
            when item_number = 1 then content_hash else content_hash || '/' || cast(item_number as string)
        end as event_id,
        nullif(coalesce(nullif(item_item_id, '(not set)'), item_item_name), '(not set)') as product_id,
        nullif(nullif(item_item_name, '(not set)'), '') as product_title,
        nullif(nullif(item_item_brand, '(not set)'), '') as product_brand,
        nullif(nullif(item_item_category, '(not set)'), '')
        || coalesce(' > ' || nullif(nullif(item_item_category2, '(not set)'), ''), '')
        || coalesce(' > ' || nullif(nullif(item_item_category3, '(not set)'), ''), '') as product_category_path,
        coalesce(
            nullif({{ json_text('ecommerce', '$.transaction_id') }}, '(not set)'),
            nullif({{ ga4_event_param('event_params', 'transaction_id') }}, '(not set)')
        ) as order_id,
        {{ ga4_event_param('event_params', 'recommendation_id') }} as recommendation_id,
        {{ ga4_event_param('event_params', 'currency') }} as currency,
        {{ ga4_event_param('event_params', 'page_location') }} as page_url,
        {{ ga4_event_param('event_params', 'search_term') }} as search_term,
        coalesce(
            nullif(item_item_list_id, '(not set)'), {{ ga4_event_param('event_params', 'item_list_id') }}
        ) as list_id,
        {{ json_text('device', '$.category') }} as device_category,
        {{ json_text('device', '$.operating_system') }} as operating_system,
        {{ json_text('device', '$.web_info.browser') }} as browser,
        {{ json_text('geo', '$.country') }} as country_name,
        {{ timestamp_from_microseconds('try_cast(event_timestamp as bigint)') }} as occurred_at,
        {{ timestamp_from_microseconds(
            'try_cast(event_timestamp as bigint) + coalesce(try_cast(event_server_timestamp_offset as bigint), 0)'
        ) }} as received_at
    from exploded

),

renamed as (

    select
        -- ids
        {{ namespaced_id('event_id', 'ga4') }} as event_id,
        {{ namespaced_id('user_pseudo_id', 'ga4') }} as device_id,
        {{ namespaced_id('user_id', 'ga4') }} as customer_id,
        {{ namespaced_id('product_id', 'ga4') }} as product_id,
        {{ namespaced_id('order_id', 'ga4') }} as order_id,
        {{ namespaced_id('recommendation_id', 'ga4') }} as recommendation_id,

        -- text
        case event_name when 'view_search_results' then 'search' else event_name end as event_name,
        upper(currency) as currency,
        page_url,
        search_term,
        list_id,
        -- GA4 keeps no user agent: what it made of it, in words that `device_category` reads
        nullif(
            coalesce(device_category, '') || coalesce('; ' || operating_system, '') || coalesce('; ' || browser, ''), ''
        ) as user_agent,
        country_name,

        -- what the row says of the product
        nullif(product_id, '') as source_product_id,
        product_title,
        product_category_path,
        product_brand,

        -- numbers
        {{ integer_from_text('item_item_list_index') }} as position,
        {{ integer_from_text('item_quantity') }} as quantity,
        try_cast(item_price as decimal(18, 4)) as unit_price,

        -- times
        occurred_at,
        received_at,

        -- provenance
        'ga4' as source_name,
        {{ namespace_of('ga4') }} as namespace,
        source_file,
        source_row,
        item_number,
        file_sha256,
        landing_file,
        loaded_at

    from detailed

)

select * from renamed
