{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_changed_order_days() }}",
    post_hook="{{ mark_processed() }}"
) }}

{#
    Each product of an order, and the one list that led to it: the last click on the product before the order, of the
    same device or customer; without a click the last time it was shown. What lacks is written, see the pre_hook.
#}
{% set days = var('recommendation_attribution_days') %}
-- depends_on: {{ ref('int_events__classified') }}
with

order_products as (

    select * from {{ ref('int_order_products') }}
    {% if is_incremental() %}
    where order_date not in (select known.order_date from {{ this }} as known)
    {% endif %}

),

nearby_days as (

    {% for number in range(days + 1) %}
    select order_date - {{ number }} as impression_date from order_products
    {% if not loop.last %}union{% endif %}
    {% endfor %}

),

impressions as (

    select * from {{ ref('fct_recommendation_impressions') }}
    where
        impression_date in (select nearby_days.impression_date from nearby_days)
        or cast(clicked_at as date) in (select nearby_days.impression_date from nearby_days)

),

touches as (

    select
        *,
        'click' as attribution,
        clicked_at as touched_at
    from impressions
    where is_clicked

    union all

    select
        *,
        'view' as attribution,
        shown_at as touched_at
    from impressions

),

candidates as (

    {% for visitor in ['device_id', 'customer_id'] %}
    select
        order_products.order_id,
        order_products.product_id,
        touches.recommendation_id,
        touches.device_id as recommendation_device_id,
        touches.customer_id as recommendation_customer_id,
        touches.placement,
        touches.position,
        touches.attribution,
        touches.impression_date,
        touches.shown_at,
        touches.touched_at
    from order_products
    inner join touches
        on
            order_products.product_id = touches.product_id
            and order_products.{{ visitor }} = touches.{{ visitor }}
            and order_products.ordered_at >= touches.touched_at
            and order_products.ordered_at <= {{ timestamp_add_days('touches.touched_at', days) }}
    {% if not loop.last %}
    union all

    {% endif %}
    {% endfor %}

),

attributed as (

    select * from candidates
    qualify row_number() over (
        partition by order_id, product_id
        order by
            case when attribution = 'click' then 0 else 1 end,
            touched_at desc, recommendation_id asc, recommendation_device_id asc
    ) = 1

),

final as (

    select
        -- ids
        order_products.order_id,
        order_products.namespace,
        order_products.product_id,
        order_products.customer_id,
        order_products.device_id,
        attributed.recommendation_id,
        attributed.recommendation_device_id,
        attributed.recommendation_customer_id,

        -- text
        attributed.placement,
        attributed.attribution,

        -- numbers
        attributed.position,
        order_products.unit_count,
        order_products.net_revenue,

        -- times
        order_products.order_date,
        order_products.ordered_at,
        attributed.impression_date,
        attributed.shown_at,
        attributed.touched_at
    from order_products
    left join attributed
        on
            order_products.order_id = attributed.order_id
            and order_products.product_id = attributed.product_id

)

select * from final
