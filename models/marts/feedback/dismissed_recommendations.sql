with

dismissals as (

    select * from {{ ref('int_feedback_events') }}
    where event_name = 'dismiss_recommendation'

),

final as (

    select
        namespace,
        device_id,
        customer_id,
        product_id,
        count(*) as dismissal_count,
        max(occurred_at) as last_dismissed_at
    from dismissals
    group by namespace, device_id, customer_id, product_id

)

select * from final
