with

category_trends as (

    select * from {{ ref('category_trends') }}
    where is_complete

),

daily_metrics as (

    select * from {{ ref('daily_metrics') }}
    where segment_type = 'all'

),

product_metrics as (

    select * from {{ ref('daily_product_metrics') }}

),

weeks as (

    select
        namespace,
        week_start_date,
        row_number() over (partition by namespace order by week_start_date desc) as weeks_back
    from category_trends
    group by namespace, week_start_date

),

shop_weeks as (

    select
        namespace,
        cast({{ dbt.date_trunc('week', 'metric_date') }} as date) as week_start_date,
        sum(unit_count) as unit_count,
        sum(net_revenue) as net_revenue
    from daily_metrics
    group by namespace, cast({{ dbt.date_trunc('week', 'metric_date') }} as date)

),

product_weeks as (

    select
        namespace,
        product_id,
        cast({{ dbt.date_trunc('week', 'metric_date') }} as date) as week_start_date,
        sum(unit_count) as unit_count
    from product_metrics
    where unit_count > 0
    group by namespace, product_id, cast({{ dbt.date_trunc('week', 'metric_date') }} as date)

),

-- What sold most lately; equals are parted by their id.
chosen_products as (

    select
        product_weeks.namespace,
        product_weeks.product_id,
        min(product_weeks.week_start_date) as first_week
    from product_weeks
    inner join weeks
        on
            product_weeks.namespace = weeks.namespace
            and product_weeks.week_start_date = weeks.week_start_date
    group by product_weeks.namespace, product_weeks.product_id
    qualify row_number() over (
        partition by product_weeks.namespace
        order by
            sum(case when weeks.weeks_back <= 26 then product_weeks.unit_count else 0 end) desc,
            product_weeks.product_id
    ) <= {{ var('forecast_products') }}

),

series as (

    -- A single category is the whole shop once more.
    select
        namespace,
        'category' as subject,
        category as series_id,
        week_start_date,
        unit_count,
        net_revenue
    from category_trends
    qualify min(category) over (partition by namespace) <> max(category) over (partition by namespace)

    union all

    select
        namespace,
        'category' as subject,
        'all' as series_id,
        week_start_date,
        unit_count,
        net_revenue
    from shop_weeks

    union all

    select
        chosen_products.namespace,
        'product' as subject,
        chosen_products.product_id as series_id,
        weeks.week_start_date,
        coalesce(product_weeks.unit_count, 0) as unit_count,
        null as net_revenue
    from chosen_products
    inner join weeks
        on
            chosen_products.namespace = weeks.namespace
            and chosen_products.first_week <= weeks.week_start_date
    left join product_weeks
        on
            chosen_products.product_id = product_weeks.product_id
            and weeks.week_start_date = product_weeks.week_start_date

),

metrics as (

    {% for metric in ['unit_count', 'net_revenue'] %}
    select
        namespace,
        subject,
        series_id,
        '{{ metric }}' as metric,
        week_start_date,
        cast({{ metric }} as decimal(18, 4)) as metric_value
    from series
    where {{ metric }} is not null
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

-- A series begins with the first week it is not nothing: before it, there was no such category.
begun as (

    select
        metrics.*,
        max(case when metrics.metric_value <> 0 then 1 else 0 end) over (
            partition by metrics.namespace, metrics.subject, metrics.series_id, metrics.metric
            order by metrics.week_start_date
            rows between unbounded preceding and current row
        ) as has_begun
    from metrics

),

final as (

    select
        begun.namespace,
        begun.subject,
        begun.series_id,
        begun.metric,
        begun.week_start_date,
        cast(weeks.weeks_back as bigint) as weeks_back,
        begun.metric_value
    from begun
    inner join weeks
        on
            begun.namespace = weeks.namespace
            and begun.week_start_date = weeks.week_start_date
    where begun.has_begun = 1 and weeks.weeks_back <= {{ var('forecast_weeks_back') }}

)

select * from final
