with

events as (

    select * from {{ ref('int_events__classified') }}
    where row_status = 'fact'

),

device_starts as (

    select
        device_id,
        min(occurred_at) as first_event_at
    from events
    group by device_id

),

logins as (

    -- of two customers at one moment the later event has the device: a stretch of no length is none
    select
        device_id,
        namespace,
        customer_id,
        occurred_at
    from events
    where customer_id is not null
    qualify row_number() over (partition by device_id, occurred_at order by event_id desc) = 1

),

logged_in as (

    select
        *,
        lag(customer_id) over (partition by device_id order by occurred_at) as previous_customer_id
    from logins

),

changes as (

    -- one row each time another customer than before logs in on the device
    select
        *,
        lag(occurred_at) over (partition by device_id order by occurred_at) as previous_change_at,
        lead(occurred_at) over (partition by device_id order by occurred_at) as next_change_at
    from logged_in
    where previous_customer_id is null or previous_customer_id <> customer_id

),

final as (

    select
        -- ids
        changes.device_id,
        changes.namespace,
        changes.customer_id,

        -- times
        -- what a device did before its first login is its first customer's
        case
            when changes.previous_change_at is null then device_starts.first_event_at
            else changes.occurred_at
        end as valid_from,
        changes.next_change_at as valid_to,
        changes.occurred_at as identified_at
    from changes
    inner join device_starts on changes.device_id = device_starts.device_id

)

select * from final
