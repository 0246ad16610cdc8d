{{ config(materialized='view') }}

{#
    Gives the lines of sources with a database (order headers, a catalogue) the canonical columns, and says which rule a
    line breaks by itself. What it owes to its order and its product is told where all lines meet.
#}
with

lines as (

    {% for model, is_from_text in [('stg_sample_shop__order_lines', false), ('stg_shop__order_lines', true)] %}
    select
        order_line_id,
        order_id,
        product_id,
        currency,
        quantity,
        unit_price,
        occurred_at,
        updated_at,
        {% for column in ['quantity', 'unit_price', 'occurred_at', 'updated_at'] %}
        {{ column ~ '_text' if is_from_text else 'cast(' ~ column ~ ' as string)' }} as {{ column }}_text,
        {% endfor %}
        namespace,
        source_name,
        source_file,
        source_row,
        landing_file,
        loaded_at
    from {{ ref(model) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}

),

currencies as (

    select distinct currency from {{ ref('int_exchange_rates') }}

),

canonical as (

    select
        -- ids
        lines.order_line_id,
        lines.order_id,
        cast(null as string) as customer_id,
        lines.product_id,
        cast(null as string) as charge_code,

        -- text
        case
            when lines.quantity < 0 then 'return'
            when lines.unit_price = 0 then 'gift'
            else 'sale'
        end as line_type,
        cast(null as string) as title,
        lines.currency,
        cast(null as string) as country,
        case
            when lines.order_line_id is null then 'missing_order_line_id'
            when lines.order_id is null then 'missing_order_id'
            when lines.product_id is null then 'missing_product_id'
            {% for column, reason in [
                ('quantity', 'unreadable_quantity'), ('unit_price', 'unreadable_price'),
                ('occurred_at', 'unreadable_date'), ('updated_at', 'unreadable_date'),
            ] %}
            when lines.{{ column }} is null and trim(lines.{{ column }}_text) <> '' then '{{ reason }}'
            {% endfor %}
            when lines.quantity is null or lines.quantity = 0 then 'zero_quantity'
            when lines.unit_price is null or lines.unit_price < 0 or lines.unit_price > {{ var('price_limit') }}
                then 'impossible_price'
            when lines.occurred_at is null or lines.updated_at is null then 'missing_time'
            when {{ is_impossible_time('lines.occurred_at', 'lines.loaded_at') }} then 'impossible_time'
            when currencies.currency is null then 'unknown_currency'
        end as rule_broken,
        'quantity ' || coalesce(lines.quantity_text, 'null')
        || ', unit_price ' || coalesce(lines.unit_price_text, 'null')
        || ', currency ' || coalesce(lines.currency, 'null')
        || ', occurred_at ' || coalesce(lines.occurred_at_text, 'null') as detail,

        -- numbers
        lines.quantity,
        lines.unit_price,

        -- booleans
        true as has_order_header,

        -- times
        lines.occurred_at,
        lines.updated_at,

        -- provenance
        {{ surrogate_key(['lines.order_line_id', 'lines.order_id', 'lines.product_id', 'lines.quantity',
            'lines.unit_price', 'lines.currency', 'lines.occurred_at', 'lines.updated_at']) }} as content_hash,
        lines.namespace,
        lines.source_name,
        lines.source_file,
        lines.source_row,
        lines.landing_file,
        lines.loaded_at
    from lines
    left join currencies on lines.currency = currencies.currency

)

select * from canonical
