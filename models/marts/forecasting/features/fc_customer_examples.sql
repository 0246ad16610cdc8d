with

features as (

    select * from {{ ref('fc_customer_features') }}

),

cutoffs as (

    select * from {{ ref('fc_customer_cutoffs') }}

),

orders as (

    select * from {{ ref('fct_orders') }}
    where order_number is not null

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}
    where customer_id is not null and line_type in ('sale', 'return')

),

next_orders as (

    select
        features.namespace,
        features.cutoff_number,
        features.customer_id,
        min(orders.ordered_at) as next_ordered_at
    from features
    inner join cutoffs
        on
            features.namespace = cutoffs.namespace
            and features.cutoff_number = cutoffs.cutoff_number
    inner join orders
        on
            features.customer_id = orders.customer_id
            and cutoffs.cutoff_at <= orders.ordered_at
    group by features.namespace, features.cutoff_number, features.customer_id

),

next_values as (

    select
        features.namespace,
        features.cutoff_number,
        features.customer_id,
        sum(order_lines.line_amount_reporting) as net_revenue
    from features
    inner join cutoffs
        on
            features.namespace = cutoffs.namespace
            and features.cutoff_number = cutoffs.cutoff_number
    inner join order_lines
        on
            features.customer_id = order_lines.customer_id
            and {{ within_label_window('order_lines.ordered_at', label_until='cutoffs.value_until') }}
    group by features.namespace, features.cutoff_number, features.customer_id

),

final as (

    select
        features.*,
        cutoffs.cutoff_at,
        cutoffs.window_days,
        case
            when cutoffs.purchase_until is not null
                then coalesce(next_orders.next_ordered_at < cutoffs.purchase_until, false)
        end as is_buying,
        case
            when cutoffs.value_until is not null
                then not coalesce(next_orders.next_ordered_at < cutoffs.value_until, false)
        end as is_lapsing,
        case
            when cutoffs.value_until is not null
                then greatest(cast(coalesce(next_values.net_revenue, 0) as double), 0)
        end as next_value
    from features
    inner join cutoffs
        on
            features.namespace = cutoffs.namespace
            and features.cutoff_number = cutoffs.cutoff_number
    left join next_orders
        on
            features.namespace = next_orders.namespace
            and features.cutoff_number = next_orders.cutoff_number
            and features.customer_id = next_orders.customer_id
    left join next_values
        on
            features.namespace = next_values.namespace
            and features.cutoff_number = next_values.cutoff_number
            and features.customer_id = next_values.customer_id

)

select * from final
