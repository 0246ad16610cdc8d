{{ config(
    materialized='incremental',
    incremental_strategy='replace_rows',
    post_hook='{{ mark_processed() }}',
) }}

{#
    Every landed product version and what became of it. New versions are ranked with the ones already known of the same
    products; a row whose outcome stays is not written again. Sources without a catalogue land no products.
#}
{% set columns = product_columns() | join(', ') %}
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
            'landed.updated_at']) }} as content_hash
    from landed
    left join currencies on landed.currency = currencies.currency

),

versions as (

    select
        {{ columns }},
        is_withdrawn,
        quarantine_reason,
        content_hash,
        cast(null as string) as known_status
    from checked

    {% if is_incremental() %}
    union all

    select
        {{ columns }},
        is_withdrawn,
        quarantine_reason,
        content_hash,
        row_status as known_status
    from {{ this }}
    where
        product_id in (select checked.product_id from checked)
        and quarantine_reason is null
        and {{ is_settled('products') }}
    {% endif %}

),

classified as (

    select
        *,
        {{ row_status('quarantine_reason', 'updated_at') }} as row_status
    from versions
    window newest_first as ({{ newest_first('quarantine_reason', 'product_id', 'updated_at', 'content_hash') }})

),

final as (

    select
        {{ columns }},
        is_withdrawn,
        content_hash,
        quarantine_reason,
        'price ' || coalesce(cast(price as string), 'null') || ', currency ' || coalesce(currency, 'null') as detail,
        'products' as table_name,
        cast(1 as bigint) as item_number,
        row_status,
        {{ invocation_time() }} as processed_at
    from classified
    where known_status is null or known_status <> row_status

)

select * from final
