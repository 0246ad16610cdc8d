with

dismissals as (

    select * from {{ ref('dismissed_recommendations') }}

),

final as (

    select
        product_id,
        namespace,
        count(distinct device_id) as device_count,
        cast(sum(dismissal_count) as bigint) as dismissal_count,
        cast(sum(mark_count) as bigint) as mark_count,
        max(last_dismissed_at) as last_dismissed_at
    from dismissals
    group by product_id, namespace

)

select * from final
