{{ config(tags=['after_training']) }}

with

measured as (

    select * from {{ source('model_output', 'recommender_drift') }}

),

rules as (

    select * from {{ ref('model_rules') }}

),

final as (

    select
        measured.model_version,
        measured.signal,
        measured.name,
        measured.stability_index,
        rules.threshold,
        rules.action,
        coalesce(measured.stability_index > rules.threshold, false) as is_drifted
    from measured
    left join rules on measured.signal = rules.signal

)

select * from final
