with

figures as (

    select * from {{ source('serving', 'figures') }}

),

final as (

    select
        hour as hour_start,
        placement,
        coalesce(variant, '') as variant,
        coalesce(fallback, '') as fallback,
        cast(sum(counted) as bigint) as list_count
    from figures
    where figure = 'lists'
    group by hour, placement, coalesce(variant, ''), coalesce(fallback, '')

)

select * from final
