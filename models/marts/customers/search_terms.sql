{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ delete_days('search_date', changed_days(ref('int_events__classified'), 'event_date')) }}",
    post_hook="{{ mark_processed() }}"
) }}

{% set changed_days = changed_days(ref('int_events__classified'), 'event_date') %}
{# A session is over within a day of its start. #}
{% set days_after = 'select changed_date + 1 from (' ~ changed_days ~ ') as changed' %}
{% set on_their_days = 'event_date in (' ~ changed_days ~ ' union ' ~ days_after ~ ')' %}
{% set in_them = 'session_id in (select sessions.session_id from sessions)' %}
with

sessions as (

    select * from {{ ref('fct_sessions') }}
    where
        search_count > 0
        {% if is_incremental() %}
        and session_date in ({{ changed_days }})
        {% endif %}

),

-- Read twice, so that it is narrowed down before the sessions are joined: to the changed days, or to their sessions.
search_events as (

    select * from {{ ref('fct_events') }}
    where
        event_name in ('search', 'view_item_list', 'select_item', 'view_item', 'purchase')
        and {{ on_their_days if is_incremental() else in_them }}

),

events as (

    select
        sessions.session_date,
        search_events.namespace,
        search_events.session_id,
        search_events.event_id,
        search_events.event_name,
        search_events.occurred_at,
        search_events.search_term
    from search_events
    inner join sessions on search_events.session_id = sessions.session_id

),

-- What follows a search up to the next one has its number. Of events at one moment the search is first: its results are
-- sent together with it.
numbered as (

    select
        *,
        sum(case when event_name = 'search' then 1 else 0 end) over (
            partition by session_id
            order by occurred_at, case when event_name = 'search' then 0 else 1 end, event_id
            rows between unbounded preceding and current row
        ) as search_number
    from events

),

followed as (

    select
        session_date,
        namespace,
        session_id,
        max(case when event_name = 'search' then search_term end) as search_term,
        min(case when event_name = 'search' then occurred_at end) as searched_at,
        min(case when event_name in ('view_item_list', 'select_item', 'view_item') then occurred_at end) as result_at,
        min(case when event_name in ('select_item', 'view_item') then occurred_at end) as click_at
    from numbered
    where search_number > 0
    group by session_date, namespace, session_id, search_number

),

purchases as (

    select
        session_id,
        max(occurred_at) as last_purchase_at
    from search_events
    where event_name = 'purchase'
    group by session_id

),

searches as (

    select
        followed.session_date,
        followed.namespace,
        followed.session_id,
        {{ normalised_search_term('followed.search_term') }} as search_term,
        coalesce(
            {{ seconds_between('followed.searched_at', 'followed.result_at') }}
            <= {{ var('search_result_minutes') }} * 60,
            false
        ) as has_result,
        coalesce(
            {{ seconds_between('followed.searched_at', 'followed.click_at') }}
            <= {{ var('search_result_minutes') }} * 60,
            false
        ) as is_clicked,
        coalesce(purchases.last_purchase_at >= followed.searched_at, false) as is_converted
    from followed
    left join purchases on followed.session_id = purchases.session_id

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
    where search_term is not null
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
