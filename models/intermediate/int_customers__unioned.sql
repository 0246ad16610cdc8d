{{ config(materialized='view') }}

{# The customer versions of every source. A new source is one more name in this list. #}
with

customers as (

    {% for model in [
        'stg_sample_shop__customers',
        'stg_shop__customers',
    ] %}
    select {{ customer_columns() | join(', ') }}
    from {{ ref(model) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
)

select * from customers
