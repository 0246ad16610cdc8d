with

orders as (

    -- Orders in which something was sold: a cancellation, postage alone or a gift alone is none.
    select * from {{ ref('fct_orders') }}
    where gross_revenue > 0

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}

),

sessions as (

    select * from {{ ref('fct_sessions') }}

),

funnel as (

    select * from {{ ref('daily_funnel') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

daily_orders as (

    select
        order_date as metric_date,
        namespace,
        count(*) as order_count,
        count(distinct customer_id) as customer_count,
        count(distinct case when order_number = 1 then customer_id end) as new_customer_count
    from orders
    group by order_date, namespace

),

-- By the line's own day, so that a return lowers the day on which the goods came back.
daily_revenue as (

    select
        order_date as metric_date,
        namespace,
        sum(case when line_type = 'sale' then quantity else 0 end) as unit_count,
        sum(case when line_type = 'sale' then line_amount_reporting else 0 end) as gross_revenue,
        sum(case when line_type = 'return' then -line_amount_reporting else 0 end) as returned_revenue
    from order_lines
    where line_type in ('sale', 'return')
    group by order_date, namespace

),

daily_visitors as (

    select
        session_date as metric_date,
        namespace,
        count(distinct device_id) as visitor_count
    from sessions
    group by session_date, namespace

),

daily_sessions as (

    select
        funnel_date as metric_date,
        namespace,
        sum(case when step_name = 'session' then session_count else 0 end) as session_count,
        sum(case when step_name = 'view_item' then session_count else 0 end) as view_item_session_count,
        sum(case when step_name = 'add_to_cart' then session_count else 0 end) as add_to_cart_session_count,
        sum(case when step_name = 'begin_checkout' then session_count else 0 end) as checkout_session_count,
        sum(case when step_name = 'purchase' then session_count else 0 end) as converted_session_count
    from funnel
    group by funnel_date, namespace

),

active_days as (

    select
        metric_date,
        namespace
    from daily_orders
    union all
    select
        metric_date,
        namespace
    from daily_revenue
    union all
    select
        metric_date,
        namespace
    from daily_sessions

),

source_periods as (

    select
        namespace,
        min(metric_date) as first_date,
        max(metric_date) as last_date
    from active_days
    group by namespace

),

-- A day without a sale or a visit is a row of zeros, not a missing row.
days as (

    select
        dates.date_day as metric_date,
        source_periods.namespace
    from source_periods
    inner join dates
        on dates.date_day between source_periods.first_date and source_periods.last_date

),

joined as (

    select
        days.metric_date,
        days.namespace,
        coalesce(daily_sessions.session_count, 0) as session_count,
        coalesce(daily_visitors.visitor_count, 0) as visitor_count,
        coalesce(daily_sessions.view_item_session_count, 0) as view_item_session_count,
        coalesce(daily_sessions.add_to_cart_session_count, 0) as add_to_cart_session_count,
        coalesce(daily_sessions.checkout_session_count, 0) as checkout_session_count,
        coalesce(daily_sessions.converted_session_count, 0) as converted_session_count,
        coalesce(daily_orders.order_count, 0) as order_count,
        coalesce(daily_orders.customer_count, 0) as customer_count,
        coalesce(daily_orders.new_customer_count, 0) as new_customer_count,
        coalesce(daily_revenue.unit_count, 0) as unit_count,
        coalesce(daily_revenue.gross_revenue, 0) as gross_revenue,
        coalesce(daily_revenue.returned_revenue, 0) as returned_revenue
    from days
    left join daily_sessions
        on
            days.metric_date = daily_sessions.metric_date
            and days.namespace = daily_sessions.namespace
    left join daily_visitors
        on
            days.metric_date = daily_visitors.metric_date
            and days.namespace = daily_visitors.namespace
    left join daily_orders
        on
            days.metric_date = daily_orders.metric_date
            and days.namespace = daily_orders.namespace
    left join daily_revenue
        on
            days.metric_date = daily_revenue.metric_date
            and days.namespace = daily_revenue.namespace

),

final as (

    select
        metric_date,
        namespace,
        cast(session_count as bigint) as session_count,
        cast(visitor_count as bigint) as visitor_count,
        cast(view_item_session_count as bigint) as view_item_session_count,
        cast(add_to_cart_session_count as bigint) as add_to_cart_session_count,
        cast(checkout_session_count as bigint) as checkout_session_count,
        cast(converted_session_count as bigint) as converted_session_count,
        cast(order_count as bigint) as order_count,
        cast(customer_count as bigint) as customer_count,
        cast(new_customer_count as bigint) as new_customer_count,
        cast(unit_count as bigint) as unit_count,
        cast(gross_revenue as decimal(18, 4)) as gross_revenue,
        cast(returned_revenue as decimal(18, 4)) as returned_revenue,
        cast(gross_revenue - returned_revenue as decimal(18, 4)) as net_revenue,
        cast(gross_revenue / nullif(order_count, 0) as decimal(18, 4)) as average_order_value,
        round(cast(converted_session_count as double) / nullif(session_count, 0), 9) as conversion_rate
    from joined

)

select * from final
