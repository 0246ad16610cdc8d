with

daily_metrics as (

    select * from {{ ref('daily_metrics') }}
    where segment_type = 'category'

),

weeks as (

    select
        cast({{ dbt.date_trunc('week', 'metric_date') }} as date) as week_start_date,
        namespace,
        segment_value as category,
        count(*) = 7 as is_complete,
        sum(net_revenue) as net_revenue,
        sum(unit_count) as unit_count,
        sum(order_count) as order_count,
        sum(view_count) as view_count
    from daily_metrics
    group by cast({{ dbt.date_trunc('week', 'metric_date') }} as date), namespace, segment_value

),

-- Days have no gaps, so the row before is the week before.
with_weeks_before as (

    select
        *,
        {% for metric in ['net_revenue', 'unit_count', 'order_count', 'view_count'] %}
        {% for weeks in [1, 4] %}
        lag(case when is_complete then {{ metric }} end, {{ weeks }}) over (
            partition by namespace, category
            order by week_start_date
        ) as {{ metric }}_{{ weeks }}_before,
        {% endfor %}
        {% endfor %}
        row_number() over (partition by namespace, category order by week_start_date) as week_number
    from weeks

),

final as (

    select
        week_start_date,
        namespace,
        category,
        is_complete,
        cast(net_revenue as decimal(18, 4)) as net_revenue,
        cast(unit_count as bigint) as unit_count,
        cast(order_count as bigint) as order_count,
        cast(view_count as bigint) as view_count,
        {{ relative_change('net_revenue', 'net_revenue_1_before') }} as net_revenue_change_1_week,
        {{ relative_change('net_revenue', 'net_revenue_4_before') }} as net_revenue_change_4_weeks,
        {{ relative_change('unit_count', 'unit_count_1_before') }} as unit_count_change_1_week,
        {{ relative_change('unit_count', 'unit_count_4_before') }} as unit_count_change_4_weeks,
        {{ relative_change('order_count', 'order_count_1_before') }} as order_count_change_1_week,
        {{ relative_change('order_count', 'order_count_4_before') }} as order_count_change_4_weeks,
        {{ relative_change('view_count', 'view_count_1_before') }} as view_count_change_1_week,
        {{ relative_change('view_count', 'view_count_4_before') }} as view_count_change_4_weeks
    from with_weeks_before

)

select * from final
