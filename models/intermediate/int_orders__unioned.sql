{{ config(materialized='view') }}

{# The order headers of every source. A new source is one more name in this list. #}
with

orders as (

    {% for model in [
        'stg_sample_shop__orders',
        'stg_shop__orders',
    ] %}
    select {{ order_columns() | join(', ') }}
    from {{ ref(model) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
)

select * from orders
