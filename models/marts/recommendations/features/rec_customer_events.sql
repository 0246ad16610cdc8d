with

events as (

    select * from {{ ref('fct_events') }}

),

device_customers as (

    select * from {{ ref('dim_device_customers') }}

),

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

first_days as (

    select
        namespace,
        min({{ timestamp_add_days('cutoff_at', '-' ~ event_days_before_cutoff()) }}) as first_day
    from cutoffs
    group by namespace

),

-- No cutoff looks further back, so that what this costs does not grow with the history. Single days, for an equality
-- with a day tells the engine which parts of the events to read; a first day does not.
days_looked_at as (

    select
        first_days.namespace,
        dates.date_day
    from first_days
    inner join dates on first_days.first_day <= dates.date_day

),

customer_events as (

    select
        events.event_id,
        events.namespace,
        events.event_name,
        events.occurred_at,
        -- Before the first login nobody knew whose device it was.
        greatest(events.occurred_at, device_customers.identified_at) as known_at,
        events.product_id,
        device_customers.customer_id
    from events
    inner join days_looked_at
        on
            events.namespace = days_looked_at.namespace
            and events.event_date = days_looked_at.date_day
    inner join device_customers
        on
            events.device_id = device_customers.device_id
            and events.occurred_at >= device_customers.valid_from
            and (events.occurred_at < device_customers.valid_to or device_customers.valid_to is null)
    where
        events.event_name in ('view_item', 'add_to_cart')
        and events.product_id is not null

)

select * from customer_events
