{# Orders, customers, units and revenue of each day, by each kind of segment that orders have. #}
{% set segments = {
    'all': "'all'",
    'country': "coalesce(country, 'unknown')",
    'customer_type': 'customer_type',
    'category': 'category',
} %}
with

orders as (

    select
        *,
        case
            when customer_id is null then 'unknown'
            when order_number = 1 then 'new'
            else 'returning'
        end as customer_type
    from {{ ref('fct_orders') }}

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}
    where line_type in ('sale', 'return')

),

products as (

    select * from {{ ref('dim_products') }}

),

classified_lines as (

    select
        order_lines.*,
        coalesce(products.category, 'unknown') as category,
        orders.customer_type
    from order_lines
    inner join orders on order_lines.order_id = orders.order_id
    left join products on order_lines.product_id = products.product_id

),

-- By the line's own day, so that a return lowers the day on which the goods came back.
revenue_cells as (

    select
        order_date,
        namespace,
        country,
        customer_type,
        category,
        sum(case when line_type = 'sale' then quantity else 0 end) as unit_count,
        sum(case when line_type = 'sale' then line_amount_reporting else 0 end) as gross_revenue,
        sum(case when line_type = 'return' then -line_amount_reporting else 0 end) as returned_revenue
    from classified_lines
    group by order_date, namespace, country, customer_type, category

),

segmented_revenue as (

    {% for segment_type, segment_value in segments.items() %}
    select
        order_date,
        namespace,
        '{{ segment_type }}' as segment_type,
        {{ segment_value }} as segment_value,
        unit_count,
        gross_revenue,
        returned_revenue
    from revenue_cells
    {% if not loop.last %}
    union all

    {% endif %}
    {% endfor %}

),

daily_revenue as (

    select
        order_date,
        namespace,
        segment_type,
        segment_value,
        sum(unit_count) as unit_count,
        sum(gross_revenue) as gross_revenue,
        sum(returned_revenue) as returned_revenue
    from segmented_revenue
    group by order_date, namespace, segment_type, segment_value

),

-- In which something was sold: a cancellation, postage alone or a gift alone is no order.
orders_with_sales as (

    select * from orders
    where gross_revenue > 0

),

categories_of_orders as (

    select distinct
        order_id,
        category
    from classified_lines
    where line_type = 'sale'

),

segmented_orders as (

    {% for segment_type, segment_value in segments.items() if segment_type != 'category' %}
    select
        order_date,
        namespace,
        '{{ segment_type }}' as segment_type,
        {{ segment_value }} as segment_value,
        customer_id,
        order_number
    from orders_with_sales

    union all

    {% endfor %}
    select
        orders_with_sales.order_date,
        orders_with_sales.namespace,
        'category' as segment_type,
        categories_of_orders.category as segment_value,
        orders_with_sales.customer_id,
        orders_with_sales.order_number
    from orders_with_sales
    inner join categories_of_orders on orders_with_sales.order_id = categories_of_orders.order_id

),

daily_orders as (

    select
        order_date,
        namespace,
        segment_type,
        segment_value,
        count(*) as order_count,
        count(distinct customer_id) as customer_count,
        count(distinct case when order_number = 1 then customer_id end) as new_customer_count
    from segmented_orders
    group by order_date, namespace, segment_type, segment_value

),

final as (

    select
        coalesce(daily_orders.order_date, daily_revenue.order_date) as order_date,
        coalesce(daily_orders.namespace, daily_revenue.namespace) as namespace,
        coalesce(daily_orders.segment_type, daily_revenue.segment_type) as segment_type,
        coalesce(daily_orders.segment_value, daily_revenue.segment_value) as segment_value,
        coalesce(daily_orders.order_count, 0) as order_count,
        coalesce(daily_orders.customer_count, 0) as customer_count,
        coalesce(daily_orders.new_customer_count, 0) as new_customer_count,
        coalesce(daily_revenue.unit_count, 0) as unit_count,
        coalesce(daily_revenue.gross_revenue, 0) as gross_revenue,
        coalesce(daily_revenue.returned_revenue, 0) as returned_revenue
    from daily_orders
    full outer join daily_revenue
        on
            daily_orders.order_date = daily_revenue.order_date
            and daily_orders.namespace = daily_revenue.namespace
            and daily_orders.segment_type = daily_revenue.segment_type
            and daily_orders.segment_value = daily_revenue.segment_value

)

select * from final
