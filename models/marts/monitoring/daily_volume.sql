with

landed_days as (

    -- rows of a corrected file came twice
    select * from {{ ref('int_landed_rows__by_day') }}
    where not is_corrected

),

dates as (

    select * from {{ ref('dim_dates') }}

),

counted as (

    select
        row_date,
        source_name,
        table_name,
        sum(row_count) as row_count,
        sum(case when row_status <> 'quarantined' then row_count else 0 end) as sound_row_count
    from landed_days
    group by row_date, source_name, table_name

),

-- From the first day of a sound row to the last: a rejected row may tell of a day that never was.
table_periods as (

    select
        counted.source_name,
        counted.table_name,
        min(dates.date_day) as first_date,
        max(dates.date_day) as last_date
    from counted
    inner join dates
        on counted.row_date = dates.date_day
    where counted.sound_row_count > 0
    group by counted.source_name, counted.table_name

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
        cast(coalesce(counted.row_count, 0) as bigint) as row_count
    from table_days
    left join counted
        on
            table_days.volume_date = counted.row_date
            and table_days.source_name = counted.source_name
            and table_days.table_name = counted.table_name

)

select * from final
