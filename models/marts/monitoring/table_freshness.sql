with

landed_days as (

    select * from {{ ref('int_landed_rows__by_day') }}

),

final as (

    select
        source_name,
        table_name,
        cast(sum(row_count) as bigint) as row_count,
        max(case when row_status <> 'quarantined' then latest_occurred_at end) as latest_occurred_at,
        max(latest_loaded_at) as latest_loaded_at
    from landed_days
    group by source_name, table_name

)

select * from final
