with

bounds as (

    select
        min(first_date) as first_date,
        max(last_date) as last_date
    from (
        select
            min(event_date) as first_date,
            max(event_date) as last_date
        from {{ ref('fct_events') }}
        union all
        select
            min(order_date) as first_date,
            max(order_date) as last_date
        from {{ ref('fct_order_lines') }}
    ) as facts

),

days as (

    {{ date_spine('bounds', 'first_date', 'last_date') }}

),

final as (

    select
        date_day,
        cast(extract(year from date_day) as int) as year_number,
        cast(extract(quarter from date_day) as int) as quarter_number,
        cast(extract(month from date_day) as int) as month_number,
        cast({{ dbt.date_trunc('month', 'date_day') }} as date) as month_start_date,
        cast({{ dbt.date_trunc('week', 'date_day') }} as date) as week_start_date,
        {{ iso_day_of_week('date_day') }} as iso_day_of_week,
        {{ iso_day_of_week('date_day') }} >= 6 as is_weekend
    from days

)

select * from final
