with

dismissals as (

    select * from {{ ref('int_feedback_events') }}
    where event_name = 'dismiss_recommendation'

),

marks as (

    select * from {{ ref('int_marks') }}
    where mark = 'bad_recommendation'

),

waved_away as (

    select
        namespace,
        device_id,
        customer_id,
        product_id,
        1 as dismissal_count,
        0 as mark_count,
        occurred_at
    from dismissals

    union all

    select
        {{ namespace_of_id('product_id') }} as namespace,
        cast(null as string) as device_id,
        customer_id,
        product_id,
        0 as dismissal_count,
        1 as mark_count,
        marked_at as occurred_at
    from marks

),

final as (

    select
        namespace,
        device_id,
        customer_id,
        product_id,
        cast(sum(dismissal_count) as bigint) as dismissal_count,
        cast(sum(mark_count) as bigint) as mark_count,
        max(occurred_at) as last_dismissed_at
    from waved_away
    group by namespace, device_id, customer_id, product_id

)

select * from final
