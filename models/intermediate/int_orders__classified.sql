{{ config(
    materialized='incremental',
    incremental_strategy='replace_rows',
    post_hook='{{ mark_processed() }}',
) }}

{#
    Every landed order header and what became of it. New versions are ranked with the ones already known of the same
    orders; a row whose outcome stays is not written again. Online Retail has no headers of its own.
#}
{% set columns = order_columns() | join(', ') %}
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
            'landed.country', 'landed.currency', 'landed.is_test', 'landed.updated_at']) }} as content_hash
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
        order_id in (select checked.order_id from checked)
        and quarantine_reason is null
        and {{ is_settled('orders') }}
    {% endif %}

),

classified as (

    select
        *,
        {{ row_status('quarantine_reason', 'updated_at') }} as row_status
    from versions
    window newest_first as ({{ newest_first('quarantine_reason', 'order_id', 'updated_at', 'content_hash') }})

),

final as (

    select
        {{ columns }},
        is_withdrawn,
        content_hash,
        quarantine_reason,
        'ordered_at ' || coalesce(cast(ordered_at as string), 'null')
        || ', currency ' || coalesce(currency, 'null') as detail,
        'orders' as table_name,
        cast(1 as bigint) as item_number,
        row_status,
        {{ invocation_time() }} as processed_at
    from classified
    where known_status is null or known_status <> row_status

)

select * from final
