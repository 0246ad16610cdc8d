with

landed_days as (

    select * from {{ ref('int_landed_rows__by_day') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

-- From the first day of a sound row to the last: a rejected row may tell of a day that never was.
table_periods as (

    select
        landed_days.source_name,
        landed_days.table_name,
        min(dates.date_day) as first_date,
        max(dates.date_day) as last_date
    from landed_days
    inner join dates
        on landed_days.occurred_date = dates.date_day
    where landed_days.latest_occurred_at is not null
    group by landed_days.source_name, landed_days.table_name

),

-- The day on which nothing arrived is the one to see, so it is a row.
table_days as (

    select
        dates.date_day as volume_date,
        table_periods.source_name,
        table_periods.table_name
    from table_periods
    inner join dates
        on dates.date_day between table_periods.first_date and table_periods.last_date

),

final as (

    select
        table_days.volume_date,
        table_days.source_name,
        table_days.table_name,
        cast(coalesce(landed_days.row_count, 0) as bigint) as row_count
    from table_days
    left join landed_days
        on
            table_days.volume_date = landed_days.occurred_date
            and table_days.source_name = landed_days.source_name
            and table_days.table_name = landed_days.table_name

)

select * from final
