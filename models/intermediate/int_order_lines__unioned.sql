{{ config(materialized='view') }}

{# The order lines of every source that lands some. A new source is one more name in this list. #}
with

order_lines as (

    {% for model in [
        'int_database__order_lines',
        'int_online_retail__order_lines',
    ] %}
    select {{ order_line_columns() | join(', ') }}
    from {{ ref(model) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
)

select * from order_lines
