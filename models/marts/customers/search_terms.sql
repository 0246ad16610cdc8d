{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ delete_changed_days('search_date', ref('int_events__classified'), 'event_date') }}",
    post_hook="{{ mark_processed() }}"
) }}

{% set changed_days = changed_days(ref('int_events__classified'), 'event_date') %}
with

sessions as (

    select * from {{ ref('fct_sessions') }}
    where
        search_count > 0
        {% if is_incremental() %}
        and session_date in ({{ changed_days }})
        {% endif %}

),

events as (

    select
        sessions.session_date,
        events.namespace,
        events.session_id,
        events.event_id,
        events.event_name,
        events.occurred_at,
        {{ normalised_search_term('events.search_term') }} as search_term
    from {{ ref('fct_events') }} as events
    inner join sessions on events.session_id = sessions.session_id
    where
        events.event_name in ('search', 'view_item_list', 'select_item', 'view_item', 'purchase')
        {% if is_incremental() %}
        -- a session is over within a day of its start
        and events.event_date in (
            select changed.changed_date from ({{ changed_days }}) as changed
            union
            select changed.changed_date + 1 from ({{ changed_days }}) as changed
        )
        {% endif %}

),

-- Of events at one moment the search is first: its results are sent together with it.
with_next_events as (

    select
        *,
        min(case when event_name = 'search' then occurred_at end) over rest_of_session as next_search_at,
        min(case when event_name in ('view_item_list', 'select_item', 'view_item') then occurred_at end)
            over rest_of_session as next_result_at,
        min(case when event_name in ('select_item', 'view_item') then occurred_at end)
            over rest_of_session as next_click_at,
        max(case when event_name = 'purchase' then occurred_at end) over rest_of_session as last_purchase_at
    from events
    window rest_of_session as (
        partition by session_id
        order by occurred_at, case when event_name = 'search' then 0 else 1 end, event_id
        rows between 1 following and unbounded following
    )

),

searches as (

    select
        session_date,
        namespace,
        session_id,
        search_term,
        last_purchase_at is not null as is_converted,
        coalesce(
            {{ seconds_between('occurred_at', 'next_result_at') }} <= {{ var('search_result_minutes') }} * 60
            and (next_search_at is null or next_result_at < next_search_at),
            false
        ) as has_result,
        coalesce(
            {{ seconds_between('occurred_at', 'next_click_at') }} <= {{ var('search_result_minutes') }} * 60
            and (next_search_at is null or next_click_at < next_search_at),
            false
        ) as is_clicked
    from with_next_events
    where event_name = 'search' and search_term is not null

),

counted as (

    select
        session_date,
        namespace,
        search_term,
        count(*) as search_count,
        count(distinct session_id) as session_count,
        count(case when has_result then 1 end) as with_result_count,
        count(case when is_clicked then 1 end) as clicked_count,
        count(case when is_converted then 1 end) as converted_count
    from searches
    group by session_date, namespace, search_term

),

final as (

    select
        session_date as search_date,
        namespace,
        search_term,
        search_count,
        session_count,
        with_result_count,
        search_count - with_result_count as without_result_count,
        clicked_count,
        converted_count,
        round(cast(clicked_count as double) / nullif(search_count, 0), 9) as click_through_rate,
        round(cast(converted_count as double) / nullif(search_count, 0), 9) as search_conversion_rate
    from counted

)

select * from final
