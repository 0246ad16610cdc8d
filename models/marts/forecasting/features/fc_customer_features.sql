with

orders as (

    select * from {{ ref('fct_orders') }}
    where order_number is not null

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}
    where customer_id is not null and line_type in ('sale', 'return')

),

cutoffs as (

    select * from {{ ref('fc_customer_cutoffs') }}

),

customers as (

    select
        customer_id,
        namespace,
        min(ordered_at) as first_ordered_at
    from orders
    group by customer_id, namespace

),

-- Who had ordered before the cutoff: everybody to be served, and enough to learn from and to be tested with.
known_customers as (

    select
        cutoffs.*,
        {% for windows in [1, 2, 3, 6] %}
        {{ timestamp_add_days('cutoffs.cutoff_at', '(-' ~ windows ~ ' * cutoffs.window_days)') }}
            as since_{{ windows }}_windows,
        {% endfor %}
        customers.customer_id
    from customers
    inner join cutoffs
        on
            customers.namespace = cutoffs.namespace
            and {{ before_cutoff('customers.first_ordered_at') }}
    qualify
        cutoffs.cutoff_number = 0
        or row_number() over (
            partition by cutoffs.namespace, cutoffs.cutoff_number
            order by md5(customers.customer_id), customers.customer_id
        ) <= {{ var('forecast_customers') }}

),

order_features as (

    select
        known_customers.namespace,
        known_customers.cutoff_number,
        known_customers.customer_id,
        count(*) as order_count,
        count(distinct orders.order_date) as order_day_count,
        {% for windows in [1, 2, 3, 6] %}
        count(
            case when orders.ordered_at >= known_customers.since_{{ windows }}_windows then 1 end
        ) as order_count_{{ windows }}_windows,
        {% endfor %}
        min({{ days_before_cutoff('orders.ordered_at', 'known_customers.cutoff_at') }}) as days_since_last_order,
        max({{ days_before_cutoff('orders.ordered_at', 'known_customers.cutoff_at') }}) as days_since_first_order,
        max(orders.ordered_at) as latest_source_at
    from known_customers
    inner join orders
        on
            known_customers.customer_id = orders.customer_id
            and {{ before_cutoff('orders.ordered_at', 'known_customers.cutoff_at') }}
    group by known_customers.namespace, known_customers.cutoff_number, known_customers.customer_id

),

-- Of lines and not of orders: what an order came to knows of returns after the cutoff.
line_features as (

    select
        known_customers.namespace,
        known_customers.cutoff_number,
        known_customers.customer_id,
        sum(order_lines.line_amount_reporting) as net_revenue,
        sum(case when order_lines.line_type = 'sale' then order_lines.line_amount_reporting end) as sale_amount,
        {% for windows in [1, 3, 6] %}
        sum(case
            when order_lines.ordered_at >= known_customers.since_{{ windows }}_windows
                then order_lines.line_amount_reporting
            else 0
        end) as net_revenue_{{ windows }}_windows,
        {% endfor %}
        count(case when order_lines.line_type = 'sale' then 1 end) as sale_line_count,
        count(case when order_lines.line_type = 'return' then 1 end) as return_line_count,
        max(order_lines.ordered_at) as latest_source_at
    from known_customers
    inner join order_lines
        on
            known_customers.customer_id = order_lines.customer_id
            and {{ before_cutoff('order_lines.ordered_at', 'known_customers.cutoff_at') }}
    group by known_customers.namespace, known_customers.cutoff_number, known_customers.customer_id

),

final as (

    select
        order_features.namespace,
        order_features.cutoff_number,
        order_features.customer_id,
        order_features.order_count,
        order_features.order_day_count,
        order_features.order_count_1_windows,
        order_features.order_count_2_windows,
        order_features.order_count_3_windows,
        order_features.order_count_6_windows,
        order_features.days_since_last_order,
        order_features.days_since_first_order,
        (order_features.days_since_first_order - order_features.days_since_last_order)
        / nullif(cast(order_features.order_day_count - 1 as double), 0) as mean_gap_days,
        cast(coalesce(line_features.net_revenue, 0) as double) as net_revenue,
        cast(coalesce(line_features.net_revenue_1_windows, 0) as double) as net_revenue_1_windows,
        cast(coalesce(line_features.net_revenue_3_windows, 0) as double) as net_revenue_3_windows,
        cast(coalesce(line_features.net_revenue_6_windows, 0) as double) as net_revenue_6_windows,
        cast(coalesce(line_features.sale_amount, 0) as double)
        / nullif(order_features.order_count, 0) as mean_order_value,
        coalesce(line_features.sale_line_count, 0)
        / nullif(cast(order_features.order_count as double), 0) as mean_basket_size,
        coalesce(line_features.return_line_count, 0) as return_line_count,
        greatest(
            order_features.latest_source_at, coalesce(line_features.latest_source_at, order_features.latest_source_at)
        ) as latest_source_at
    from order_features
    left join line_features
        on
            order_features.namespace = line_features.namespace
            and order_features.cutoff_number = line_features.cutoff_number
            and order_features.customer_id = line_features.customer_id

)

select * from final
