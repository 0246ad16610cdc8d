{{ config(tags=['after_training']) }}

with

forecasts as (

    select * from {{ source('forecast_output', 'series_forecasts') }}

),

final as (

    select
        namespace,
        series_id as product_id,
        metric,
        week_start_date,
        week_number,
        forecast_value,
        lower_80,
        upper_80,
        lower_95,
        upper_95,
        model_name,
        model_version,
        trained_until
    from forecasts
    where subject = 'product'

)

select * from final
