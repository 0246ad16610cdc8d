{{ config(materialized='view') }}

{# The canonical events of every source. A new source is one more name in this list. #}
with

events as (

    {% for model in [
        'stg_sample_shop__events',
        'stg_web__events',
        'stg_rees46__events',
        'stg_ga4__events',
    ] %}
    select {{ event_columns() | join(', ') }}
    from {{ ref(model) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
)

select * from events
