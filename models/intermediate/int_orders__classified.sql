{# Every landed order header and what became of it. Online Retail has no headers of its own. #}
with

orders as (

    select
        *,
        {{ surrogate_key(['order_id', 'customer_id', 'device_id', 'ordered_at', 'country', 'currency', 'is_test',
            'updated_at']) }} as content_hash
    from {{ ref('stg_sample_shop__orders') }}

),

currencies as (

    select * from {{ ref('exchange_rates') }}

),

checked as (

    select
        orders.*,
        case
            when orders.order_id is null then 'missing_order_id'
            when orders.is_test then 'test_order'
            when orders.ordered_at is null or orders.updated_at is null then 'missing_time'
            when {{ is_impossible_time('orders.ordered_at', 'orders.loaded_at') }} then 'impossible_time'
            when currencies.currency is null then 'unknown_currency'
        end as quarantine_reason
    from orders
    left join currencies on orders.currency = currencies.currency

),

classified as (

    select
        *,
        'orders' as table_name,
        'ordered_at ' || coalesce(cast(ordered_at as string), 'null')
        || ', currency ' || coalesce(currency, 'null') as detail,
        {{ row_status('quarantine_reason', 'order_id', 'updated_at', 'content_hash') }} as row_status
    from checked

)

select * from classified
