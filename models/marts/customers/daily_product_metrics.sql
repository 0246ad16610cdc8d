with

events as (

    select * from {{ ref('fct_events') }}
    where event_name in ('view_item', 'add_to_cart') and product_id is not null

),

order_lines as (

    select * from {{ ref('fct_order_lines') }}
    where line_type in ('sale', 'return') and product_id is not null

),

daily_interest as (

    select
        event_date as metric_date,
        namespace,
        product_id,
        sum(case when event_name = 'view_item' then 1 else 0 end) as view_count,
        sum(case when event_name = 'add_to_cart' then 1 else 0 end) as add_to_cart_count
    from events
    group by event_date, namespace, product_id

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
        coalesce(daily_sales.metric_date, daily_interest.metric_date) as metric_date,
        coalesce(daily_sales.namespace, daily_interest.namespace) as namespace,
        coalesce(daily_sales.product_id, daily_interest.product_id) as product_id,
        cast(coalesce(daily_interest.view_count, 0) as bigint) as view_count,
        cast(coalesce(daily_interest.add_to_cart_count, 0) as bigint) as add_to_cart_count,
        cast(coalesce(daily_sales.order_count, 0) as bigint) as order_count,
        cast(coalesce(daily_sales.unit_count, 0) as bigint) as unit_count,
        cast(coalesce(daily_sales.net_revenue, 0) as decimal(18, 4)) as net_revenue
    from daily_sales
    full outer join daily_interest
        on
            daily_sales.metric_date = daily_interest.metric_date
            and daily_sales.namespace = daily_interest.namespace
            and daily_sales.product_id = daily_interest.product_id

)

select * from final
