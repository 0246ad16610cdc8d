with

daily_orders as (

    select * from {{ ref('int_daily_orders__by_segment') }}

),

daily_visitors as (

    select * from {{ ref('int_daily_visitors') }}

),

funnel as (

    select * from {{ ref('daily_funnel') }}

),

product_metrics as (

    select * from {{ ref('daily_product_metrics') }}

),

products as (

    select * from {{ ref('dim_products') }}

),

dates as (

    select * from {{ ref('dim_dates') }}

),

segmented_funnel as (

    {% for segment_type, segment_value, categories in [
        ('all', "'all'", "category = 'all'"),
        ('device_category', 'device_category', "category = 'all'"),
        ('category', 'category', "category <> 'all'"),
    ] %}
    select
        funnel_date as metric_date,
        namespace,
        '{{ segment_type }}' as segment_type,
        {{ segment_value }} as segment_value,
        step_name,
        session_count
    from funnel
    where {{ categories }}
    {% if not loop.last %}
    union all

    {% endif %}
    {% endfor %}

),

daily_sessions as (

    select
        metric_date,
        namespace,
        segment_type,
        segment_value,
        sum(case when step_name = 'session' then session_count else 0 end) as session_count,
        sum(case when step_name = 'view_item' then session_count else 0 end) as view_item_session_count,
        sum(case when step_name = 'add_to_cart' then session_count else 0 end) as add_to_cart_session_count,
        sum(case when step_name = 'begin_checkout' then session_count else 0 end) as checkout_session_count,
        sum(case when step_name = 'purchase' then session_count else 0 end) as converted_session_count
    from segmented_funnel
    group by metric_date, namespace, segment_type, segment_value

),

category_views as (

    select
        product_metrics.metric_date,
        product_metrics.namespace,
        coalesce(products.category, 'unknown') as category,
        sum(product_metrics.view_count) as view_count
    from product_metrics
    left join products on product_metrics.product_id = products.product_id
    group by product_metrics.metric_date, product_metrics.namespace, coalesce(products.category, 'unknown')

),

daily_views as (

    select
        metric_date,
        namespace,
        'category' as segment_type,
        category as segment_value,
        view_count
    from category_views

    union all

    select
        metric_date,
        namespace,
        'all' as segment_type,
        'all' as segment_value,
        sum(view_count) as view_count
    from category_views
    group by metric_date, namespace

),

active_days as (

    {% for relation, date_column in [
        ('daily_orders', 'order_date'),
        ('daily_sessions', 'metric_date'),
        ('daily_views', 'metric_date'),
    ] %}
    select
        {{ date_column }} as metric_date,
        namespace,
        segment_type,
        segment_value
    from {{ relation }}
    {% if not loop.last %}
    union all

    {% endif %}
    {% endfor %}

),

periods as (

    select
        namespace,
        min(metric_date) as first_date,
        max(metric_date) as last_date
    from active_days
    group by namespace

),

segments as (

    select distinct
        namespace,
        segment_type,
        segment_value
    from active_days

),

-- A day without a sale or a visit is a row of zeros, not a missing row. Metrics that a kind of segment does not have
-- are null: nobody knows the country of a visit, nor the device of an order.
days as (

    select
        dates.date_day as metric_date,
        segments.namespace,
        segments.segment_type,
        segments.segment_value,
        segments.segment_type in ('all', 'device_category', 'category') as has_sessions,
        segments.segment_type in ('all', 'country', 'customer_type', 'category') as has_orders,
        segments.segment_type in ('all', 'category') as has_views
    from segments
    inner join periods on segments.namespace = periods.namespace
    inner join dates on dates.date_day between periods.first_date and periods.last_date

),

joined as (

    select
        days.metric_date,
        days.namespace,
        days.segment_type,
        days.segment_value,
        {% for metric in [
            'session_count', 'view_item_session_count', 'add_to_cart_session_count', 'checkout_session_count',
            'converted_session_count',
        ] %}
        case when days.has_sessions then coalesce(daily_sessions.{{ metric }}, 0) end as {{ metric }},
        {% endfor %}
        case when days.has_sessions then coalesce(daily_visitors.visitor_count, 0) end as visitor_count,
        {% for metric in [
            'order_count', 'customer_count', 'new_customer_count', 'unit_count', 'gross_revenue', 'returned_revenue',
        ] %}
        case when days.has_orders then coalesce(daily_orders.{{ metric }}, 0) end as {{ metric }},
        {% endfor %}
        case when days.has_views then coalesce(daily_views.view_count, 0) end as view_count
    from days
    {% for relation, date_column in [
        ('daily_sessions', 'metric_date'),
        ('daily_visitors', 'session_date'),
        ('daily_views', 'metric_date'),
        ('daily_orders', 'order_date'),
    ] %}
    left join {{ relation }}
        on
            days.metric_date = {{ relation }}.{{ date_column }}
            and days.namespace = {{ relation }}.namespace
            and days.segment_type = {{ relation }}.segment_type
            and days.segment_value = {{ relation }}.segment_value
    {% endfor %}

),

final as (

    select
        metric_date,
        namespace,
        segment_type,
        segment_value,
        cast(session_count as bigint) as session_count,
        cast(visitor_count as bigint) as visitor_count,
        cast(view_item_session_count as bigint) as view_item_session_count,
        cast(add_to_cart_session_count as bigint) as add_to_cart_session_count,
        cast(checkout_session_count as bigint) as checkout_session_count,
        cast(converted_session_count as bigint) as converted_session_count,
        cast(view_count as bigint) as view_count,
        cast(order_count as bigint) as order_count,
        cast(customer_count as bigint) as customer_count,
        cast(new_customer_count as bigint) as new_customer_count,
        cast(unit_count as bigint) as unit_count,
        cast(gross_revenue as decimal(18, 4)) as gross_revenue,
        cast(returned_revenue as decimal(18, 4)) as returned_revenue,
        cast(gross_revenue - returned_revenue as decimal(18, 4)) as net_revenue,
        {{ ratio_metric('average_order_value') }} as average_order_value,
        {{ ratio_metric('conversion_rate') }} as conversion_rate,
        {{ ratio_metric('return_rate') }} as return_rate
    from joined

)

select * from final
