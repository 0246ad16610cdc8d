{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook='{{ delete_unsettled_rows("events") }}',
    post_hook='{{ mark_processed() }}',
) }}

{#
    What events tell of products where no database comes with the source, added up by file, day and attributes. Copies
    and machines tell the truth about a product as well, so every landed row with a possible time counts.
#}
with

events as (

    {% for model in ['stg_web__events', 'stg_rees46__events', 'stg_ga4__events'] %}
    select
        product_id,
        product_title as title,
        product_category_path as category_path,
        product_brand as brand,
        unit_price,
        currency,
        occurred_at,
        received_at,
        source_name,
        landing_file
    from {{ ref(model) }}
    where {{ to_be_taken_in('events') }}
    {% if not loop.last %}
    union all
    {% endif %}
    {% endfor %}
),

sightings as (

    select
        product_id,
        title,
        category_path,
        brand,
        case when unit_price between 0 and {{ var('price_limit') }} then unit_price end as price,
        coalesce(currency, '{{ var("reporting_currency") }}') as currency,
        occurred_at,
        landing_file
    from events
    where
        source_name in ({{ text_list(var('events_only_sources')) }})
        and product_id is not null
        and not {{ is_withdrawn('events') }}
        and not {{ is_impossible_time('occurred_at', 'received_at') }}

),

final as (

    select
        landing_file,
        product_id,
        cast(occurred_at as date) as seen_date,
        title,
        category_path,
        brand,
        price,
        case when price is not null then currency end as currency,
        min(occurred_at) as first_seen_at,
        max(occurred_at) as last_seen_at
    from sightings
    group by
        landing_file, product_id, cast(occurred_at as date), title, category_path, brand, price,
        case when price is not null then currency end

)

select * from final
