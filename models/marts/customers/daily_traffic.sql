{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ delete_days('traffic_date', changed_days(ref('int_events__classified'), 'event_date')) }}",
    post_hook="{{ mark_processed() }}"
) }}

with

sessions as (

    select
        session_date,
        namespace,
        lower(regexp_extract(landing_page_url, '[?&]utm_source=([^&#]+)', 1)) as utm_source,
        landing_page_url like '%gclid=%' as is_google_ad,
        case
            when purchase_count > 0 then 5
            when begin_checkout_count > 0 then 4
            when add_to_cart_count > 0 then 3
            when view_item_count > 0 then 2
            else 1
        end as furthest_step_number
    from {{ ref('fct_sessions') }}
    {% if is_incremental() %}
    where session_date in ({{ changed_days(ref('int_events__classified'), 'event_date') }})
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

named as (

    select
        *,
        case
            when utm_source <> '' then utm_source
            when is_google_ad then 'google ads'
            else 'untagged'
        end as traffic_source
    from sessions

),

counted as (

    select
        session_date,
        namespace,
        traffic_source,
        furthest_step_number,
        count(*) as session_count
    from named
    group by session_date, namespace, traffic_source, furthest_step_number

),

final as (

    select
        counted.session_date as traffic_date,
        counted.namespace,
        counted.traffic_source,
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
        counted.traffic_source,
        steps.step_number,
        steps.step_name

)

select * from final
