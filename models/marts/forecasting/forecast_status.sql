{{ config(tags=['after_training']) }}

with

states as (

    select * from {{ source('forecast_output', 'forecast_states') }}

),

final as (

    select
        namespace,
        subject,
        metric,
        status,
        model_name,
        reason,
        model_version,
        trained_at,
        trained_until,
        history_week_count
    from states

)

select * from final
