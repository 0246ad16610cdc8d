with

purchases as (

    select * from {{ ref('rec_purchases') }}

),

target_customers as (

    select * from {{ ref('rec_target_customers') }}

),

orders as (

    select
        namespace,
        customer_id,
        order_id,
        min(ordered_at) as ordered_at,
        max(country) as country,
        count(distinct product_id) as basket_size
    from purchases
    group by namespace, customer_id, order_id

),

order_features as (

    select
        target_customers.cutoff_id,
        target_customers.customer_id,
        count(*) as order_count,
        count(
            case when {{ within_days_before_cutoff('orders.ordered_at', 30, 'target_customers.cutoff_at') }} then 1 end
        ) as order_count_30d,
        count(
            case when {{ within_days_before_cutoff('orders.ordered_at', 90, 'target_customers.cutoff_at') }} then 1 end
        ) as order_count_90d,
        min({{ days_before_cutoff('orders.ordered_at', 'target_customers.cutoff_at') }}) as days_since_last_order,
        max({{ days_before_cutoff('orders.ordered_at', 'target_customers.cutoff_at') }}) as days_since_first_order,
        sum(orders.basket_size) as product_order_count,
        sum(orders.basket_size) / cast(count(*) as double) as mean_basket_size,
        max(orders.ordered_at) as latest_source_at
    from target_customers
    inner join orders
        on
            target_customers.customer_id = orders.customer_id
            and {{ before_cutoff('orders.ordered_at', 'target_customers.cutoff_at') }}
    group by target_customers.cutoff_id, target_customers.customer_id

),

line_features as (

    select
        target_customers.cutoff_id,
        target_customers.customer_id,
        count(distinct purchases.product_id) as product_count,
        cast(median(cast(purchases.unit_price as double)) as double) as median_price,
        max(purchases.ordered_at) as latest_source_at
    from target_customers
    inner join purchases
        on
            target_customers.customer_id = purchases.customer_id
            and {{ before_cutoff('purchases.ordered_at', 'target_customers.cutoff_at') }}
    group by target_customers.cutoff_id, target_customers.customer_id

),

latest_orders as (

    select
        target_customers.cutoff_id,
        target_customers.customer_id,
        orders.order_id as latest_order_id,
        orders.country,
        orders.ordered_at as latest_source_at
    from target_customers
    inner join orders
        on
            target_customers.customer_id = orders.customer_id
            and {{ before_cutoff('orders.ordered_at', 'target_customers.cutoff_at') }}
    qualify row_number() over (
        partition by target_customers.cutoff_id, target_customers.customer_id
        order by orders.ordered_at desc, orders.order_id desc
    ) = 1

),

main_countries as (

    select
        cutoff_id,
        country as main_country
    from latest_orders
    group by cutoff_id, country
    qualify row_number() over (partition by cutoff_id order by count(*) desc, country) = 1

),

final as (

    select
        target_customers.cutoff_id,
        target_customers.namespace,
        target_customers.customer_id,
        target_customers.has_purchases,
        latest_orders.country,
        latest_orders.latest_order_id,
        case when latest_orders.country = main_countries.main_country then 1 else 0 end as is_in_main_country,
        coalesce(order_features.order_count, 0) as order_count,
        coalesce(order_features.order_count_30d, 0) as order_count_30d,
        coalesce(order_features.order_count_90d, 0) as order_count_90d,
        order_features.days_since_last_order,
        order_features.days_since_first_order,
        coalesce(line_features.product_count, 0) as product_count,
        1 - line_features.product_count / nullif(cast(order_features.product_order_count as double), 0) as repeat_share,
        order_features.mean_basket_size,
        line_features.median_price,
        -- All three are made of the customer's purchases: where one is missing, so are the others.
        greatest(
            order_features.latest_source_at,
            line_features.latest_source_at,
            latest_orders.latest_source_at
        ) as latest_source_at
    from target_customers
    left join order_features
        on
            target_customers.cutoff_id = order_features.cutoff_id
            and target_customers.customer_id = order_features.customer_id
    left join line_features
        on
            target_customers.cutoff_id = line_features.cutoff_id
            and target_customers.customer_id = line_features.customer_id
    left join latest_orders
        on
            target_customers.cutoff_id = latest_orders.cutoff_id
            and target_customers.customer_id = latest_orders.customer_id
    left join main_countries on target_customers.cutoff_id = main_countries.cutoff_id

)

select * from final
