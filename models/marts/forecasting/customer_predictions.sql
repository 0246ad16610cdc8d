{{ config(tags=['after_training']) }}

with

forecasts as (

    select * from {{ source('forecast_output', 'customer_forecasts') }}

),

customers as (

    select * from {{ ref('customer_rfm') }}

),

final as (

    select
        forecasts.customer_id,
        customers.namespace,
        customers.country,
        customers.segment,
        customers.recency_days as days_since_last_order,
        customers.order_count,
        customers.net_revenue,
        forecasts.purchase_probability,
        forecasts.purchase_window_days,
        forecasts.lapse_probability,
        forecasts.expected_value,
        forecasts.value_lower_80,
        forecasts.value_upper_80,
        forecasts.value_window_days,
        case
            when forecasts.purchase_probability >= {{ var('forecast_likely_probability') }} then 'likely_to_buy'
            when forecasts.lapse_probability < {{ var('forecast_likely_probability') }} then 'may_buy'
            -- Who has been away for a whole window is not lost next: they are gone.
            when customers.recency_days <= forecasts.value_window_days then 'likely_to_lapse'
            else 'lapsed'
        end as outlook,
        forecasts.model_version,
        forecasts.trained_until
    from forecasts
    inner join customers on forecasts.customer_id = customers.customer_id

)

select * from final
