{{ config(tags=['after_training']) }}

with

evaluations as (

    select * from {{ source('model_output', 'model_evaluations') }}

),

versions as (

    select * from {{ source('model_output', 'model_versions') }}

),

final as (

    select
        evaluations.model_version,
        evaluations.model_name,
        evaluations.role,
        evaluations.namespace,
        evaluations.slice,
        evaluations.metric,
        evaluations.k,
        evaluations.value,
        evaluations.lower_bound,
        evaluations.upper_bound,
        evaluations.customer_count,
        versions.trained_at
    from evaluations
    inner join versions on evaluations.model_version = versions.model_version

)

select * from final
