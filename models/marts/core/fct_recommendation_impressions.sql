{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ delete_changed_recommendations() }}",
    post_hook="{{ mark_processed() }}"
) }}

{#
    A page that is cached shows one list to many, and anybody can send any id: so a list is one device's, and what others
    tell of it is another list.
#}
-- depends_on: {{ ref('int_events__classified') }}
with

events as (

    select * from {{ ref('int_feedback_events') }}
    where
        recommendation_id is not null
        and product_id is not null
        {% if is_incremental() %}
        and recommendation_id in ({{ changed_recommendations() }})
        {% endif %}

),

views as (

    -- a list that is shown again, on the way back, is the same list
    select * from events
    where event_name = 'view_recommendation'
    qualify row_number() over (
        partition by recommendation_id, device_id, product_id
        order by occurred_at, event_id
    ) = 1

),

answers as (

    select
        recommendation_id,
        device_id,
        product_id,
        min(case when event_name = 'select_recommendation' then occurred_at end) as clicked_at,
        min(case when event_name = 'dismiss_recommendation' then occurred_at end) as dismissed_at
    from events
    where event_name in ('select_recommendation', 'dismiss_recommendation')
    group by recommendation_id, device_id, product_id

),

final as (

    select
        -- ids
        views.recommendation_id || '/' || views.device_id || '/' || views.product_id as impression_id,
        views.namespace,
        views.recommendation_id,
        views.device_id,
        views.customer_id,
        views.product_id,

        -- text
        coalesce(views.list_id, 'unknown') as placement,

        -- numbers
        views.position,

        -- booleans
        answers.clicked_at is not null as is_clicked,
        answers.dismissed_at is not null as is_dismissed,

        -- times
        views.event_date as impression_date,
        views.occurred_at as shown_at,
        answers.clicked_at,
        answers.dismissed_at,
        {{ invocation_time() }} as processed_at
    from views
    left join answers
        on
            views.recommendation_id = answers.recommendation_id
            and views.device_id = answers.device_id
            and views.product_id = answers.product_id

)

select * from final
