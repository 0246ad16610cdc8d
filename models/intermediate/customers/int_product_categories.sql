{{ config(
    materialized='incremental',
    incremental_strategy='delete+insert',
    unique_key='product_id',
    post_hook="{{ mark_processed() }}"
) }}

{#
    Sessions are counted by the category a product has now, so a product that moves to another one changes the past.
    This table remembers the categories that the marts were built with, and tells which have changed.
#}
with

products as (

    select
        product_id,
        coalesce(category, 'unknown') as category
    from {{ ref('dim_products') }}

),

{% if is_incremental() %}
known as (

    select
        product_id,
        category
    from {{ this }}

),

changed as (

    -- a product that is gone from the catalogue has no category any more
    select
        coalesce(products.product_id, known.product_id) as product_id,
        coalesce(products.category, 'unknown') as category,
        known.product_id is not null as is_recategorised
    from products
    full outer join known on products.product_id = known.product_id
    where known.product_id is null or known.category <> coalesce(products.category, 'unknown')

),
{% else %}
changed as (

    select
        *,
        false as is_recategorised
    from products

),
{% endif %}

final as (

    select
        product_id,
        category,
        is_recategorised,
        {{ invocation_time() }} as processed_at
    from changed

)

select * from final
