with

events as (

    select * from {{ ref('fct_events') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

event_weights as (

    select * from {{ ref('recommender_event_weights') }}

),

daily_views as (

    select
        namespace,
        session_date,
        sum(view_item_count) as view_count
    from sessions
    group by namespace, session_date

),

views_from_date as (

    select
        *,
        sum(view_count) over (partition by namespace order by session_date desc) as view_count_from_here
    from daily_views

),

-- The latest days that hold enough views, so that the cost of a night does not grow with the history.
first_days as (

    select
        namespace,
        min(session_date) as first_day
    from views_from_date
    where view_count_from_here - view_count < {{ var('recommender_views') }}
    group by namespace

),

-- Single days, for an equality with a day tells the engine which parts of the events to read; a first day does not.
days_learned_from as (

    select
        first_days.namespace,
        dates.date_day
    from first_days
    inner join dates on first_days.first_day <= dates.date_day

),

weighed_events as (

    select
        events.namespace,
        events.session_id,
        events.event_id,
        events.event_name,
        events.product_id,
        events.occurred_at,
        coalesce(shop_weights.weight, general_weights.weight) as weight,
        lag(events.product_id) over (
            partition by events.session_id
            order by events.occurred_at, events.event_id
        ) as previous_product_id
    from events
    inner join days_learned_from
        on
            events.namespace = days_learned_from.namespace
            and events.event_date = days_learned_from.date_day
    left join event_weights as general_weights
        on
            events.event_name = general_weights.event_name
            and general_weights.namespace is null
    left join event_weights as shop_weights
        on
            events.event_name = shop_weights.event_name
            and events.namespace = shop_weights.namespace
    where
        events.session_id is not null
        and events.product_id is not null
        and coalesce(shop_weights.weight, general_weights.weight) > 0

),

-- Each look at a product is a step; what is done with the product on its page belongs to the look.
numbered_events as (

    select
        *,
        sum(case
            when event_name <> 'view_item' and product_id = previous_product_id then 0
            else 1
        end) over (
            partition by session_id
            order by occurred_at, event_id
            rows between unbounded preceding and current row
        ) as step_number
    from weighed_events

),

steps as (

    select
        namespace,
        session_id,
        step_number,
        min(product_id) as product_id,
        max(weight) as weight,
        min(occurred_at) as occurred_at,
        max(occurred_at) as latest_source_at
    from numbered_events
    group by namespace, session_id, step_number

),

session_ends as (

    select
        namespace,
        session_id,
        min(occurred_at) as session_started_at,
        max(latest_source_at) as session_ended_at,
        count(*) as step_count
    from steps
    group by namespace, session_id

),

-- Numbered by their ends, the sessions that were over at a cutoff are the first so many.
session_numbers as (

    select
        *,
        cast(row_number() over (
            partition by namespace
            order by session_ended_at, session_id
        ) as int) as session_number
    from session_ends

),

products as (

    select distinct
        namespace,
        product_id
    from steps

),

product_numbers as (

    select
        *,
        cast(row_number() over (partition by namespace order by product_id) as int) as product_number
    from products

),

final as (

    select
        steps.namespace,
        session_numbers.session_number,
        cast(steps.step_number as int) as step_number,
        steps.product_id,
        product_numbers.product_number,
        cast(steps.weight as double) as weight,
        steps.occurred_at,
        steps.latest_source_at,
        session_numbers.session_id,
        session_numbers.session_started_at,
        session_numbers.session_ended_at,
        cast(session_numbers.step_count as int) as session_step_count
    from steps
    inner join session_numbers
        on
            steps.namespace = session_numbers.namespace
            and steps.session_id = session_numbers.session_id
    inner join product_numbers
        on
            steps.namespace = product_numbers.namespace
            and steps.product_id = product_numbers.product_id

)

select * from final
