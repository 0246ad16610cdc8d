{{ config(materialized='view') }}

{# The canonical events of every source. A new source is one more name here. #}
with

events as (

    {% for model in ['stg_sample_shop__events', 'stg_web__events', 'stg_rees46__events', 'stg_ga4__events'] %}
    select
        event_id,
        device_id,
        customer_id,
        product_id,
        order_id,
        recommendation_id,
        event_name,
        currency,
        page_url,
        search_term,
        list_id,
        user_agent,
        position,
        quantity,
        unit_price,
        occurred_at,
        received_at,
        source_name,
        namespace,
        source_file,
        source_row,
        item_number,
        file_sha256,
        landing_file,
        loaded_at
    from {{ ref(model) }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
)

select * from events
