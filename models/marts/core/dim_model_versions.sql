with

versions as (

    select * from {{ source('model_output', 'model_history') }}

),

final as (

    select
        model_version,
        trained_at as valid_from,
        lead(trained_at) over (order by trained_at, model_version) as valid_to
    from versions

)

select * from final
