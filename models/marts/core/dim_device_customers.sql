{{ config(
    materialized='incremental',
    incremental_strategy='append',
    on_schema_change='append_new_columns',
    pre_hook="{{ delete_devices(changed_device_days(ref('int_events__classified'))) }}",
    post_hook="{{ mark_processed() }}"
) }}

-- depends_on: {{ ref('int_events__classified') }}
with

{% if is_incremental() %}
changed_devices as (

    select distinct device_days.device_id
    from ({{ changed_device_days(ref('int_events__classified')) }}) as device_days

),
{% endif %}

logins as (

    select * from {{ ref('int_device_logins') }}
    {% if is_incremental() %}
    where device_id in (select changed_devices.device_id from changed_devices)
    {% endif %}

),

sessions as (

    select * from {{ ref('fct_sessions') }}
    {% if is_incremental() %}
    where device_id in (select changed_devices.device_id from changed_devices)
    {% endif %}

),

device_starts as (

    select
        device_id,
        min(started_at) as first_event_at
    from sessions
    group by device_id

),

with_previous as (

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
    from with_previous
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
