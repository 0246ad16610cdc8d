{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_days('impression_date', changed_impression_days()) }}",
    post_hook="{{ mark_processed() }}"
) }}

-- depends_on: {{ ref('int_events__classified') }}
with

impressions as (

    select * from {{ ref('fct_recommendation_impressions') }}
    {% if is_incremental() %}
    where impression_date in ({{ changed_impression_days() }})
    {% endif %}

),

segmented as (

    {{ recommendation_segments('impressions') }}

),

-- The same id shown to two devices is two lists.
lists as (

    select
        impression_date,
        namespace,
        placement,
        segment_type,
        segment_value,
        recommendation_id,
        device_id,
        count(*) as impression_count,
        count(case when is_clicked then 1 end) as click_count,
        count(case when is_dismissed then 1 end) as dismissal_count
    from segmented
    group by
        impression_date, namespace, placement, segment_type, segment_value, recommendation_id, device_id

),

final as (

    select
        impression_date,
        namespace,
        placement,
        segment_type,
        segment_value,
        count(*) as list_count,
        cast(sum(impression_count) as bigint) as impression_count,
        cast(sum(click_count) as bigint) as click_count,
        cast(sum(dismissal_count) as bigint) as dismissal_count
    from lists
    group by impression_date, namespace, placement, segment_type, segment_value

)

select * from final
