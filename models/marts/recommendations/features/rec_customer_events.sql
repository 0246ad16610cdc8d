with

events as (

    select * from {{ ref('fct_events') }}

),

device_customers as (

    select * from {{ ref('dim_device_customers') }}

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
