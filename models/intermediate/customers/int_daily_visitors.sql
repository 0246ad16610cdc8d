{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_days('session_date', changed_session_days()) }}",
    post_hook="{{ mark_processed() }}"
) }}

{# Distinct devices do not add up over segments or steps, so they are counted for each segment of its own. #}
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

segmented as (

    select
        session_date,
        namespace,
        'all' as segment_type,
        'all' as segment_value,
        device_id
    from sessions

    union all

    select
        session_date,
        namespace,
        'device_category' as segment_type,
        coalesce(device_category, 'unknown') as segment_value,
        device_id
    from sessions

    union all

    select
        session_date,
        namespace,
        'category' as segment_type,
        category as segment_value,
        device_id
    from sessions_by_category

),

final as (

    select
        session_date,
        namespace,
        segment_type,
        segment_value,
        count(distinct device_id) as visitor_count
    from segmented
    group by session_date, namespace, segment_type, segment_value

)

select * from final
