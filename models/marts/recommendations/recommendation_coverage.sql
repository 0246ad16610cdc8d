{{ config(tags=['after_training']) }}

{% set days = 90 %}
with

products as (

    select
        dim_products.product_id,
        dim_products.namespace,
        coalesce(dim_products.category, 'unknown') as category
    from {{ ref('dim_products') }} as dim_products
    inner join {{ ref('rec_offered_products') }} as offered_products
        on dim_products.product_id = offered_products.product_id

),

last_dates as (

    select
        namespace,
        max(metric_date) as last_date
    from {{ ref('daily_product_metrics') }}
    group by namespace

),

sold as (

    select
        daily_product_metrics.product_id,
        sum(daily_product_metrics.order_count) as order_count
    from {{ ref('daily_product_metrics') }} as daily_product_metrics
    inner join last_dates on daily_product_metrics.namespace = last_dates.namespace
    where daily_product_metrics.metric_date > {{ dbt.dateadd('day', -days, 'last_dates.last_date') }}
    group by daily_product_metrics.product_id

),

listed as (

    select
        product_id,
        count(*) as place_count
    from {{ ref('recommendations') }}
    group by product_id

),

counted as (

    select
        products.product_id,
        products.namespace,
        products.category,
        coalesce(sold.order_count, 0) as order_count,
        coalesce(listed.place_count, 0) as place_count,
        ntile(10) over (
            partition by products.namespace
            order by coalesce(sold.order_count, 0) desc, products.product_id
        ) as popularity_tenth
    from products
    left join sold on products.product_id = sold.product_id
    left join listed on products.product_id = listed.product_id

),

segmented as (

    select
        *,
        'all' as segment_type,
        'all' as segment_value
    from counted

    union all

    select
        *,
        'category' as segment_type,
        category as segment_value
    from counted

    union all

    select
        *,
        'popularity' as segment_type,
        cast(popularity_tenth as {{ dbt.type_string() }}) as segment_value
    from counted

),

totals as (

    select
        namespace,
        sum(order_count) as order_count,
        sum(place_count) as place_count
    from counted
    group by namespace

),

summed as (

    select
        namespace,
        segment_type,
        segment_value,
        count(*) as product_count,
        count(case when place_count > 0 then 1 end) as recommended_product_count,
        sum(place_count) as place_count,
        sum(order_count) as order_count
    from segmented
    group by namespace, segment_type, segment_value

),

final as (

    select
        summed.namespace,
        summed.segment_type,
        summed.segment_value,
        summed.product_count,
        summed.recommended_product_count,
        cast(summed.place_count as bigint) as place_count,
        cast(summed.order_count as bigint) as order_count,
        round(cast(summed.recommended_product_count as double) / nullif(summed.product_count, 0), 9) as coverage_rate,
        round(cast(summed.place_count as double) / nullif(totals.place_count, 0), 9) as place_share,
        round(cast(summed.order_count as double) / nullif(totals.order_count, 0), 9) as order_share
    from summed
    inner join totals on summed.namespace = totals.namespace

)

select * from final
