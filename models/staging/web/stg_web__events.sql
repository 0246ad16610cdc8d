with

source as (

    select * from {{ source('web', 'events') }}

),

with_products as (

    -- of a shown list or a begun checkout the products are left aside: nobody clicked forty times; of recommendations
    -- each product counts, for what was shown where decides what a click is worth
    select
        *,
        case
            when event in ('Order Completed', 'Order Refunded', 'Recommendation Viewed') then products
        end as products_told
    from source

),

exploded as (

    {{ json_items('with_products', 'products_told', [
        'product_id', 'quantity', 'price', 'position', 'name', 'category', 'brand'
    ]) }}

),

renamed as (

    select
        -- ids
        case
            when item_number = 1 then {{ namespaced_id('message_id', 'web') }}
            else {{ namespaced_id('message_id', 'web') }} || '/' || cast(item_number as string)
        end as event_id,
        {{ namespaced_id('anonymous_id', 'web') }} as device_id,
        {{ namespaced_id('user_id', 'web') }} as customer_id,
        {{ namespaced_id('coalesce(trim(item_product_id), product_id)', 'web') }} as product_id,
        {{ namespaced_id('order_id', 'web') }} as order_id,
        {{ namespaced_id('recommendation_id', 'web') }} as recommendation_id,

        -- text
        case
            when type in ('page', 'screen') then 'page_view'
            when type = 'identify' then 'login'
            else
                case event
                    when 'Product Viewed' then 'view_item'
                    when 'Product List Viewed' then 'view_item_list'
                    when 'Recommendation Viewed' then 'view_recommendation'
                    when 'Product Clicked' then 'select_item'
                    when 'Products Searched' then 'search'
                    when 'Recommendation Clicked' then 'select_recommendation'
                    when 'Recommendation Dismissed' then 'dismiss_recommendation'
                    when 'Product Added' then 'add_to_cart'
                    when 'Product Removed' then 'remove_from_cart'
                    when 'Checkout Started' then 'begin_checkout'
                    when 'Order Completed' then 'purchase'
                    when 'Order Refunded' then 'refund'
                    else event
                end
        end as event_name,
        currency,
        page_url,
        query as search_term,
        list_id,
        user_agent,

        -- what the row says of the product
        nullif(item_name, '') as product_title,
        nullif(item_category, '') as product_category_path,
        nullif(item_brand, '') as product_brand,

        -- numbers
        case
            when item_position is not null then {{ integer_from_text('item_position') }}
            -- the products of a list stand in its order
            when event = 'Recommendation Viewed' and item_product_id is not null then item_number
            else position
        end as position,
        case
            when item_quantity is null then quantity
            else {{ integer_from_text('item_quantity') }}
        end as quantity,
        case
            when item_price is null then cast(price as decimal(18, 4))
            else try_cast(item_price as decimal(18, 4))
        end as unit_price,

        -- times
        occurred_at,
        received_at,

        -- provenance
        'web' as source_name,
        {{ namespace_of('web') }} as namespace,
        source_file,
        source_row,
        item_number,
        file_sha256,
        landing_file,
        loaded_at

    from exploded

)

select * from renamed
