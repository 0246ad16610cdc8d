with

purchases as (

    select * from {{ ref('rec_purchases') }}

),

customer_events as (

    select * from {{ ref('rec_customer_events') }}

),

cutoffs as (

    select * from {{ ref('rec_cutoffs') }}

),

-- A product on several lines of one order was bought once.
product_orders as (

    select
        namespace,
        customer_id,
        product_id,
        order_id,
        min(ordered_at) as ordered_at
    from purchases
    group by namespace, customer_id, product_id, order_id

),

purchase_features as (

    select
        cutoffs.cutoff_id,
        product_orders.customer_id,
        product_orders.product_id,
        count(*) as order_count,
        count(case when {{ within_days_before_cutoff('product_orders.ordered_at', 30) }} then 1 end) as order_count_30d,
        count(case when {{ within_days_before_cutoff('product_orders.ordered_at', 90) }} then 1 end) as order_count_90d,
        {{ exact_sum(decay(days_before_cutoff('product_orders.ordered_at'), 60)) }} as decayed_order_count,
        min({{ days_before_cutoff('product_orders.ordered_at') }}) as days_since_last_order,
        max({{ days_before_cutoff('product_orders.ordered_at') }}) as days_since_first_order,
        max(product_orders.ordered_at) as latest_source_at
    from product_orders
    inner join cutoffs
        on
            product_orders.namespace = cutoffs.namespace
            and {{ before_cutoff('product_orders.ordered_at') }}
    group by cutoffs.cutoff_id, product_orders.customer_id, product_orders.product_id

),

event_features as (

    select
        cutoffs.cutoff_id,
        customer_events.customer_id,
        customer_events.product_id,
        count(case
            when
                customer_events.event_name = 'view_item'
                and {{ within_days_before_cutoff('customer_events.occurred_at', 7) }}
                then 1
        end) as view_count_7d,
        count(case when customer_events.event_name = 'view_item' then 1 end) as view_count_30d,
        count(case
            when
                customer_events.event_name = 'add_to_cart'
                and {{ within_days_before_cutoff('customer_events.occurred_at', 7) }}
                then 1
        end) as cart_count_7d,
        count(case when customer_events.event_name = 'add_to_cart' then 1 end) as cart_count_30d,
        min({{ days_before_cutoff('customer_events.occurred_at') }}) as days_since_last_event,
        max(customer_events.known_at) as latest_source_at
    from customer_events
    inner join cutoffs
        on
            customer_events.namespace = cutoffs.namespace
            and {{ before_cutoff('customer_events.known_at') }}
            and {{ within_days_before_cutoff('customer_events.occurred_at', event_days_before_cutoff() | int) }}
    group by cutoffs.cutoff_id, customer_events.customer_id, customer_events.product_id

),

pairs as (

    select
        cutoff_id,
        customer_id,
        product_id
    from purchase_features
    union
    select
        cutoff_id,
        customer_id,
        product_id
    from event_features

),

final as (

    select
        pairs.cutoff_id,
        pairs.customer_id,
        pairs.product_id,
        coalesce(purchase_features.order_count, 0) as order_count,
        coalesce(purchase_features.order_count_30d, 0) as order_count_30d,
        coalesce(purchase_features.order_count_90d, 0) as order_count_90d,
        coalesce(purchase_features.decayed_order_count, 0) as decayed_order_count,
        purchase_features.days_since_last_order,
        purchase_features.days_since_first_order,
        -- The gaps between n orders add up to the time from the first to the last.
        (purchase_features.days_since_first_order - purchase_features.days_since_last_order)
        / nullif(cast(purchase_features.order_count - 1 as double), 0) as mean_interval_days,
        coalesce(event_features.view_count_7d, 0) as view_count_7d,
        coalesce(event_features.view_count_30d, 0) as view_count_30d,
        coalesce(event_features.cart_count_7d, 0) as cart_count_7d,
        coalesce(event_features.cart_count_30d, 0) as cart_count_30d,
        event_features.days_since_last_event,
        greatest(
            coalesce(purchase_features.latest_source_at, event_features.latest_source_at),
            coalesce(event_features.latest_source_at, purchase_features.latest_source_at)
        ) as latest_source_at
    from pairs
    left join purchase_features
        on
            pairs.cutoff_id = purchase_features.cutoff_id
            and pairs.customer_id = purchase_features.customer_id
            and pairs.product_id = purchase_features.product_id
    left join event_features
        on
            pairs.cutoff_id = event_features.cutoff_id
            and pairs.customer_id = event_features.customer_id
            and pairs.product_id = event_features.product_id

)

select * from final
