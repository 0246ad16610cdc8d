{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ delete_days('funnel_date', changed_session_days()) }}",
    post_hook="{{ mark_processed() }}"
) }}

{% set changed_session_days = changed_session_days() %}
with

sessions as (

    select * from {{ ref('fct_sessions') }}
    {% if is_incremental() %}
    where session_date in ({{ changed_session_days }})
    {% endif %}

),

sessions_by_category as (

    select * from {{ ref('int_sessions__by_category') }}
    {% if is_incremental() %}
    where session_date in ({{ changed_session_days }})
    {% endif %}

),

steps as (

    {% for step_name in ['session', 'view_item', 'add_to_cart', 'begin_checkout', 'purchase'] %}
    select
        {{ loop.index }} as step_number,
        '{{ step_name }}' as step_name
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- The furthest step stands for all before it: "buy now" skips the cart, and an event may be lost on its way.
sessions_with_furthest_step as (

    select
        session_date,
        namespace,
        coalesce(device_category, 'unknown') as device_category,
        'all' as category,
        case
            when purchase_count > 0 then 5
            when begin_checkout_count > 0 then 4
            when add_to_cart_count > 0 then 3
            when view_item_count > 0 then 2
            else 1
        end as furthest_step_number
    from sessions

    union all

    select
        session_date,
        namespace,
        device_category,
        category,
        furthest_step_number
    from sessions_by_category

),

counted as (

    select
        session_date,
        namespace,
        device_category,
        category,
        furthest_step_number,
        count(*) as session_count
    from sessions_with_furthest_step
    group by session_date, namespace, device_category, category, furthest_step_number

),

final as (

    select
        counted.session_date as funnel_date,
        counted.namespace,
        counted.device_category,
        counted.category,
        cast(steps.step_number as bigint) as step_number,
        steps.step_name,
        cast(
            sum(case when counted.furthest_step_number >= steps.step_number then counted.session_count else 0 end)
            as bigint
        ) as session_count
    from counted
    cross join steps
    group by
        counted.session_date,
        counted.namespace,
        counted.device_category,
        counted.category,
        steps.step_number,
        steps.step_name

)

select * from final
