{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ delete_days('path_date', changed_days(ref('int_events__classified'), 'event_date')) }}",
    post_hook="{{ mark_processed() }}"
) }}

{% set changed_days = changed_days(ref('int_events__classified'), 'event_date') %}
{# A session is over within a day of its start. #}
{% set their_days = changed_days ~ ' union select changed_date + 1 from (' ~ changed_days ~ ') as changed' %}
with

-- What people do, but for clicks within a list: the page they lead to says it.
events as (

    select
        namespace,
        session_id,
        event_id,
        event_name,
        occurred_at,
        cast(session_started_at as date) as session_date
    from {{ ref('int_events__classified') }}
    where
        row_status = 'fact'
        and event_name in ('view_item_list', 'search', 'view_item', 'add_to_cart', 'begin_checkout', 'purchase')
        {% if is_incremental() %}
        and event_date in ({{ their_days }})
        and cast(session_started_at as date) in ({{ changed_days }})
        {% endif %}

),

neighbours as (

    select
        session_date,
        namespace,
        event_name,
        lag(event_name) over (partition by session_id order by occurred_at, event_id) as previous_name,
        lead(event_name) over (partition by session_id order by occurred_at, event_id) as next_name
    from events

),

-- Of a step that repeats itself, as products looked at one after another, the first counts as the one gone to.
steps as (

    select
        session_date,
        namespace,
        coalesce(previous_name, 'start') as from_step,
        event_name as to_step
    from neighbours
    where previous_name is distinct from event_name

    union all

    select
        session_date,
        namespace,
        event_name as from_step,
        'end' as to_step
    from neighbours
    where next_name is null

),

final as (

    select
        session_date as path_date,
        namespace,
        from_step,
        to_step,
        count(*) as transition_count
    from steps
    group by session_date, namespace, from_step, to_step

)

select * from final
