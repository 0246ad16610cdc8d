{{ config(tags=['after_training']) }}

with

backtests as (

    select * from {{ source('forecast_output', 'series_backtests') }}

),

final as (

    select
        namespace,
        series_id as category,
        metric,
        cutoff_date,
        week_start_date,
        week_number,
        actual_value,
        forecast_value,
        seasonal_naive_value,
        lower_80,
        upper_80,
        lower_95,
        upper_95,
        model_name,
        model_version
    from backtests

)

select * from final
