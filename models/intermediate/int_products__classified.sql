{{ config(
    materialized='incremental',
    incremental_strategy='replace_rows',
    post_hook='{{ mark_processed() }}',
) }}

{#
    Every landed product version and what became of it. New versions are ranked with the ones already known of the same
    products; a row whose outcome stays is not written again. Sources without a catalogue land no products.
#}
with

landed as (

    select
        *,
        {{ is_withdrawn('products') }} as is_withdrawn
    from {{ ref('int_products__unioned') }}
    where {{ to_be_taken_in('products') }}

),

currencies as (

    select distinct currency from {{ ref('int_exchange_rates') }}

),

checked as (

    select
        landed.*,
        case
            when landed.is_withdrawn then null
            when landed.product_id is null then 'missing_product_id'
            when nullif(trim(landed.title), '') is null then 'missing_title'
            -- a catalogue may state no price at all: then it names no currency either
            when landed.price is null and landed.currency is not null then 'impossible_price'
            when landed.price < 0 or landed.price > {{ var('price_limit') }} then 'impossible_price'
            when landed.price is not null and currencies.currency is null then 'unknown_currency'
            when landed.updated_at is null then 'missing_time'
        end as quarantine_reason,
        {{ surrogate_key(['landed.product_id', 'landed.title', 'landed.category_path', 'landed.brand', 'landed.price',
            'landed.currency', 'landed.is_in_stock', 'landed.is_replenishable', 'landed.image_url',
            'landed.updated_at']) }} as content_hash,
        'price ' || coalesce(cast(landed.price as string), 'null')
        || ', currency ' || coalesce(landed.currency, 'null') as detail
    from landed
    left join currencies on landed.currency = currencies.currency

),

{{ ranked_versions('products', 'product_id', product_columns()) }}

select * from final
