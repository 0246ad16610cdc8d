with

daily_views as (

    select * from {{ ref('int_daily_product_views') }}

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}
    where line_type in ('sale', 'return') and product_id is not null

),

daily_sales as (

    select
        order_date as metric_date,
        namespace,
        product_id,
        count(distinct case when line_type = 'sale' then order_id end) as order_count,
        sum(case when line_type = 'sale' then quantity else 0 end) as unit_count,
        sum(line_amount_reporting) as net_revenue
    from order_lines
    group by order_date, namespace, product_id

),

final as (

    select
        coalesce(daily_sales.metric_date, daily_views.event_date) as metric_date,
        coalesce(daily_sales.namespace, daily_views.namespace) as namespace,
        coalesce(daily_sales.product_id, daily_views.product_id) as product_id,
        cast(coalesce(daily_views.view_count, 0) as bigint) as view_count,
        cast(coalesce(daily_views.add_to_cart_count, 0) as bigint) as add_to_cart_count,
        cast(coalesce(daily_sales.order_count, 0) as bigint) as order_count,
        cast(coalesce(daily_sales.unit_count, 0) as bigint) as unit_count,
        cast(coalesce(daily_sales.net_revenue, 0) as decimal(18, 4)) as net_revenue
    from daily_sales
    full outer join daily_views
        on
            daily_sales.metric_date = daily_views.event_date
            and daily_sales.namespace = daily_views.namespace
            and daily_sales.product_id = daily_views.product_id

)

select * from final
