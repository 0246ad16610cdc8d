{{ config(
    materialized='incremental',
    incremental_strategy='replace_rows',
    post_hook='{{ mark_processed() }}',
) }}

{#
    Every landed order header and what became of it. New versions are ranked with the ones already known of the same
    orders; a row whose outcome stays is not written again. Online Retail has no headers of its own.
#}
with

landed as (

    select
        *,
        {{ is_withdrawn('orders') }} as is_withdrawn
    from {{ ref('int_orders__unioned') }}
    where {{ to_be_taken_in('orders') }}

),

currencies as (

    select distinct currency from {{ ref('int_exchange_rates') }}

),

checked as (

    select
        landed.*,
        case
            when landed.is_withdrawn then null
            when landed.order_id is null then 'missing_order_id'
            when landed.is_test then 'test_order'
            when landed.ordered_at is null or landed.updated_at is null then 'missing_time'
            when {{ is_impossible_time('landed.ordered_at', 'landed.loaded_at') }} then 'impossible_time'
            when currencies.currency is null then 'unknown_currency'
        end as quarantine_reason,
        {{ surrogate_key(['landed.order_id', 'landed.customer_id', 'landed.device_id', 'landed.ordered_at',
            'landed.country', 'landed.currency', 'landed.is_test', 'landed.updated_at']) }} as content_hash,
        'ordered_at ' || coalesce(cast(landed.ordered_at as string), 'null')
        || ', currency ' || coalesce(landed.currency, 'null') as detail
    from landed
    left join currencies on landed.currency = currencies.currency

),

{{ ranked_versions('orders', 'order_id', order_columns()) }}

select * from final
