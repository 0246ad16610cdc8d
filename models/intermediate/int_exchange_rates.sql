{{ config(materialized='view') }}

{#
    Rates into the reporting currency and how long each holds. Days before a currency's first rate get that one: an order
    is never lost for want of a rate.
#}
with

rates as (

    select
        currency,
        rate,
        coalesce(valid_from, cast('0001-01-01' as date)) as valid_from
    from {{ ref('exchange_rates') }}
    where reporting_currency = '{{ var("reporting_currency") }}'

),

final as (

    select
        currency,
        rate,
        case
            when row_number() over (partition by currency order by valid_from) > 1 then valid_from
            else cast('0001-01-01' as date)
        end as valid_from,
        lead(valid_from, 1, cast('9999-12-31' as date)) over (partition by currency order by valid_from) as valid_to
    from rates

)

select * from final
