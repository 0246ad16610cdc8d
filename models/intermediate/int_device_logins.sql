{{ config(
    materialized='incremental',
    incremental_strategy='append',
    pre_hook="{{ delete_device_days('login_date', changed_device_days(ref('int_events__classified'))) }}",
    post_hook="{{ mark_processed() }}"
) }}

{#
    Of a device's day only the events on which another customer than before appears: what tells who used it, a fraction
    of its events.
#}
with

logins as (

    -- of two customers at one moment the later event has the device: a stretch of no length is none
    select
        events.device_id,
        events.namespace,
        events.customer_id,
        events.event_date,
        events.occurred_at
    from {{ ref('int_events__classified') }} as events
    where
        events.row_status = 'fact'
        and events.customer_id is not null
        {% if is_incremental() %}
        and (events.device_id, events.event_date) in ({{ changed_device_days(ref('int_events__classified')) }})
        {% endif %}
    qualify row_number() over (
        partition by events.device_id, events.occurred_at
        order by events.event_id desc
    ) = 1

),

with_previous as (

    select
        *,
        lag(customer_id) over (partition by device_id, event_date order by occurred_at) as previous_customer_id
    from logins

),

final as (

    select
        device_id,
        namespace,
        customer_id,
        event_date as login_date,
        occurred_at
    from with_previous
    where previous_customer_id is null or previous_customer_id <> customer_id

)

select * from final
