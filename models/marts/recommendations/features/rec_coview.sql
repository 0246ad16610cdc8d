with

events as (

    select * from {{ ref('fct_events') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

),

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

daily_views as (

    select
        sessions.namespace,
        sessions.session_date,
        sum(sessions.view_item_count) as view_count
    from sessions
    inner join cutoffs on sessions.namespace = cutoffs.namespace
    where cutoffs.cutoff_role = 'serving' and {{ before_cutoff('sessions.session_date') }}
    group by sessions.namespace, sessions.session_date

),

views_from_date as (

    select
        *,
        sum(view_count) over (partition by namespace order by session_date desc) as view_count_from_here
    from daily_views

),

-- The latest days before the cutoff that hold enough views, so that the cost of a night does not grow with the history.
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

-- A product looked at twice in a visit counts where it was first.
views as (

    select
        cutoffs.cutoff_id,
        events.session_id,
        events.product_id,
        min({{ days_before_cutoff('events.occurred_at') }}) as age_days,
        min(events.occurred_at) as viewed_at
    from events
    inner join days_learned_from
        on
            events.namespace = days_learned_from.namespace
            and events.event_date = days_learned_from.date_day
    inner join cutoffs
        on
            events.namespace = cutoffs.namespace
            and {{ before_cutoff('events.occurred_at') }}
    where
        cutoffs.cutoff_role = 'serving'
        and events.event_name = 'view_item'
        and events.product_id is not null
        and events.session_id is not null
    group by cutoffs.cutoff_id, events.session_id, events.product_id

),

positions as (

    select
        *,
        row_number() over (partition by cutoff_id, session_id order by viewed_at, product_id) as view_position
    from views

),

view_counts as (

    select
        cutoff_id,
        product_id,
        {{ exact_sum(decay('age_days', 60)) }} as decayed_view_count
    from positions
    group by cutoff_id, product_id

),

pairs as (

    select
        positions.cutoff_id,
        positions.product_id,
        neighbours.product_id as neighbour_product_id,
        count(*) as pair_count,
        {{ exact_sum(
            decay('positions.age_days', 60) ~ ' / nullif(abs(positions.view_position - neighbours.view_position), 0)'
        ) }} as pair_weight
    from positions
    inner join positions as neighbours
        on
            positions.cutoff_id = neighbours.cutoff_id
            and positions.session_id = neighbours.session_id
            and positions.product_id <> neighbours.product_id
            and abs(positions.view_position - neighbours.view_position) <= 5
    group by positions.cutoff_id, positions.product_id, neighbours.product_id
    having count(*) >= 2

),

similarities as (

    select
        pairs.cutoff_id,
        pairs.product_id,
        pairs.neighbour_product_id,
        pairs.pair_count,
        round(
            pairs.pair_weight
            / nullif(sqrt(view_counts.decayed_view_count * neighbour_counts.decayed_view_count), 0),
            9
        ) as similarity
    from pairs
    inner join view_counts
        on
            pairs.cutoff_id = view_counts.cutoff_id
            and pairs.product_id = view_counts.product_id
    inner join view_counts as neighbour_counts
        on
            pairs.cutoff_id = neighbour_counts.cutoff_id
            and pairs.neighbour_product_id = neighbour_counts.product_id

),

ranked as (

    select
        *,
        row_number() over (
            partition by cutoff_id, product_id
            order by similarity desc, pair_count desc, neighbour_product_id asc
        ) as neighbour_rank
    from similarities
    where similarity > 0

),

final as (

    select * from ranked
    where neighbour_rank <= {{ var('recommender_neighbours') }}

)

select * from final
