with

orders as (

    select * from {{ ref('fct_orders') }}
    where order_number is not null

),

numbers as (

    {% for number in range(11) %}
    select {{ number }} as cutoff_number
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

histories as (

    select
        namespace,
        cast(min(order_date) as timestamp) as history_start_at,
        {{ timestamp_add_days('max(order_date)', 1) }} as history_end_at
    from orders
    group by namespace

),

windows as (

    select
        *,
        cast(least(
            {{ var('forecast_purchase_days') }},
            floor({{ dbt.datediff('history_start_at', 'history_end_at', 'day') }} / 8.0)
        ) as int) as window_days
    from histories

),

cutoffs as (

    select
        windows.namespace,
        numbers.cutoff_number,
        windows.history_start_at,
        windows.window_days,
        {{ timestamp_add_days('windows.history_end_at', '(-windows.window_days * numbers.cutoff_number)') }}
            as cutoff_at
    from windows
    cross join numbers
    -- A window of less than a week tells more of weekdays than of customers.
    where windows.window_days >= 7

),

final as (

    select
        namespace,
        cutoff_number,
        cutoff_at,
        window_days,
        case
            when cutoff_number >= 1 then {{ timestamp_add_days('cutoff_at', 'window_days') }}
        end as purchase_until,
        case
            when cutoff_number >= 3 then {{ timestamp_add_days('cutoff_at', '3 * window_days') }}
        end as value_until
    from cutoffs
    where
        cutoff_number = 0
        or cutoff_at >= {{ timestamp_add_days('history_start_at', '2 * window_days') }}

)

select * from final
