{{ config(materialized='view') }}

{# The product versions of every source with a catalogue. A new source is one more name in this list. #}
with

products as (

    {% for model in [
        'stg_sample_shop__products',
        'stg_shop__products',
    ] %}
    select {{ product_columns() | join(', ') }}
    from {{ ref(model) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
)

select * from products
