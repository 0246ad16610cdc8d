{{ config(tags=['after_training']) }}

with

evaluations as (

    select * from {{ source('forecast_output', 'forecast_evaluations') }}

),

final as (

    select
        model_version,
        namespace,
        subject,
        metric,
        week_number,
        model_name,
        role,
        is_served,
        measure,
        value,
        lower_bound,
        upper_bound,
        gain,
        gain_lower_bound,
        gain_upper_bound,
        sample_count,
        cutoff_count
    from evaluations

)

select * from final
