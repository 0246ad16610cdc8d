{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ delete_changed_product_days() }}",
    post_hook="{{ mark_processed() }}"
) }}

-- depends_on: {{ ref('int_events__classified') }}
with

daily_views as (

    select * from {{ ref('int_daily_product_views') }}
    {% if is_incremental() %}
    where event_date not in (select known.metric_date from {{ this }} as known)
    {% endif %}

),

daily_sales as (

    select * from {{ ref('int_daily_product_sales') }}
    {% if is_incremental() %}
    where order_date not in (select known.metric_date from {{ this }} as known)
    {% endif %}

),

final as (

    select
        coalesce(daily_sales.order_date, daily_views.event_date) as metric_date,
        coalesce(daily_sales.namespace, daily_views.namespace) as namespace,
        coalesce(daily_sales.product_id, daily_views.product_id) as product_id,
        cast(coalesce(daily_views.view_count, 0) as bigint) as view_count,
        cast(coalesce(daily_views.add_to_cart_count, 0) as bigint) as add_to_cart_count,
        cast(coalesce(daily_sales.order_count, 0) as bigint) as order_count,
        cast(coalesce(daily_sales.unit_count, 0) as bigint) as unit_count,
        cast(coalesce(daily_sales.net_revenue, 0) as decimal(18, 4)) as net_revenue
    from daily_sales
    full outer join daily_views
        on
            daily_sales.order_date = daily_views.event_date
            and daily_sales.namespace = daily_views.namespace
            and daily_sales.product_id = daily_views.product_id

)

select * from final
