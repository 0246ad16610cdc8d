{{ config(materialized='incremental', incremental_strategy='append', post_hook="{{ mark_processed() }}") }}

{# Few distinct user agents are read for what they betray, instead of every event. #}
with

events as (

    select user_agent from {{ ref('int_events__unioned') }}
    where
        user_agent is not null
        and {{ to_be_taken_in('events') }}

),

bot_patterns as (

    select * from {{ ref('bot_patterns') }}

),

user_agents as (

    select distinct user_agent from events
    {% if is_incremental() %}
    where user_agent not in (select known.user_agent from {{ this }} as known)
    {% endif %}

),

bots as (

    select distinct user_agents.user_agent
    from user_agents
    inner join bot_patterns
        on
            coalesce(
                replace(lower(user_agents.user_agent), bot_patterns.exempt_text, ''), lower(user_agents.user_agent)
            ) like '%' || bot_patterns.pattern || '%'

),

final as (

    select
        user_agents.user_agent,
        {{ device_category('user_agents.user_agent') }} as device_category,
        bots.user_agent is not null as is_bot
    from user_agents
    left join bots on user_agents.user_agent = bots.user_agent

)

select * from final
