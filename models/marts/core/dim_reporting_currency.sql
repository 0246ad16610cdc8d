with

final as (

    select '{{ var("reporting_currency") }}' as reporting_currency

)

select * from final
