{{ config(materialized='view') }}

{#
    Tells sales from returns, gifts, charges and bookkeeping, and gives the canonical columns.
    A price of zero or less is never a sale; what it is instead is said by `line_type` or `rule_broken`.
#}
with

lines as (

    select * from {{ ref('stg_online_retail__order_lines') }}

),

stock_codes as (

    select * from {{ ref('online_retail_stock_codes') }}

),

countries as (

    select * from {{ ref('countries') }}

),

with_charges as (

    select
        lines.*,
        countries.country_code,
        stock_codes.charge_code,
        lines.invoice_no like 'C%' as is_cancellation
    from lines
    left join stock_codes
        on
            lines.stock_code like stock_codes.stock_code_pattern
            and not {{ regex_match('lines.stock_code', "'^[0-9]{5}'") }}
    left join countries on lines.country_name = countries.country_name

),

classified as (

    select
        *,
        case
            when coalesce(invoice_no, '') = '' then 'missing_invoice'
            when coalesce(stock_code, '') = '' then 'missing_stock_code'
            when quantity is null then 'unreadable_quantity'
            when unit_price is null then 'unreadable_price'
            when invoiced_at_local is null then 'unreadable_date'
            when {{ is_impossible_time('invoiced_at_local', 'loaded_at') }} then 'impossible_time'
            when quantity = 0 then 'zero_quantity'
            when charge_code = 'bad_debt' then 'bad_debt_adjustment'
            when charge_code = 'test' then 'test_product'
            when unit_price < 0 then 'negative_price'
            when unit_price = 0 and quantity < 0 then 'stock_write_off'
            when unit_price = 0 and customer_number is null then 'stock_adjustment'
            when quantity < 0 and not is_cancellation then 'negative_quantity_without_cancellation'
        end as rule_broken,
        case
            when charge_code is not null then 'charge'
            when quantity < 0 then 'return'
            when unit_price = 0 then 'gift'
            else 'sale'
        end as line_type
    from with_charges

),

canonical as (

    select
        -- ids
        {{ namespaced_id('content_hash', 'online_retail') }} as order_line_id,
        {{ namespaced_id('invoice_no', 'online_retail') }} as order_id,
        {{ namespaced_id('cast(customer_number as string)', 'online_retail') }} as customer_id,
        case when line_type <> 'charge' then {{ namespaced_id('stock_code', 'online_retail') }} end as product_id,
        charge_code,

        -- text
        line_type,
        description as title,
        'GBP' as currency,
        country_code as country,
        rule_broken,
        'quantity ' || coalesce(quantity_text, 'null')
        || ', unit_price ' || coalesce(unit_price_text, 'null')
        || ', invoice_date ' || coalesce(invoice_date_text, 'null') as detail,

        -- numbers
        quantity,
        unit_price,

        -- booleans
        false as has_order_header,

        -- times
        {{ local_to_utc('invoiced_at_local', 'Europe/London') }} as occurred_at,
        {{ local_to_utc('invoiced_at_local', 'Europe/London') }} as updated_at,

        -- provenance
        content_hash,
        namespace,
        source_name,
        source_file,
        source_row,
        landing_file,
        loaded_at
    from classified

)

select * from canonical
