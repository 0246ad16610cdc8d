{#
    Every landed product version and what became of it.
    Online Retail has no catalogue; its products come from its lines.
#}
with

products as (

    select
        *,
        {{ surrogate_key(['product_id', 'title', 'category_path', 'brand', 'price', 'currency', 'is_in_stock',
            'is_replenishable', 'image_url', 'updated_at']) }} as content_hash
    from {{ ref('stg_sample_shop__products') }}

),

currencies as (

    select * from {{ ref('exchange_rates') }}

),

checked as (

    select
        products.*,
        case
            when products.product_id is null then 'missing_product_id'
            when nullif(trim(products.title), '') is null then 'missing_title'
            when products.price is null or products.price < 0 or products.price > {{ var('price_limit') }}
                then 'impossible_price'
            when currencies.currency is null then 'unknown_currency'
            when products.updated_at is null then 'missing_time'
        end as quarantine_reason
    from products
    left join currencies on products.currency = currencies.currency

),

classified as (

    select
        *,
        'products' as table_name,
        'price ' || coalesce(cast(price as string), 'null') || ', currency ' || coalesce(currency, 'null') as detail,
        {{ row_status('quarantine_reason', 'product_id', 'updated_at', 'content_hash') }} as row_status
    from checked

)

select * from classified
