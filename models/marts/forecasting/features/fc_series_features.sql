with

weekly_series as (

    select * from {{ ref('fc_weekly_series') }}

),

with_changes as (

    select
        *,
        abs(metric_value - lag(metric_value) over (
            partition by namespace, subject, series_id, metric
            order by week_start_date
        )) as change_size
    from weekly_series

),

-- Weeks have no gaps, so rows are weeks; a frame that ends with the current row knows nothing of the weeks after it.
final as (

    select
        namespace,
        subject,
        series_id,
        metric,
        cast({{ dbt.dateadd('day', 7, 'week_start_date') }} as date) as cutoff_date,
        weeks_back - 1 as cutoff_number,
        cast(count(*) over known as bigint) as week_count,
        {% for weeks in range(4) %}
        cast(lag(metric_value, {{ weeks }}) over (
            partition by namespace, subject, series_id, metric
            order by week_start_date
        ) as double) as value_{{ weeks + 1 }}_before,
        {% endfor %}
        {% for weeks in [4, 8, 13] %}
        cast(sum(metric_value) over last_{{ weeks }} as double)
        / nullif(count(*) over last_{{ weeks }}, 0) as mean_{{ weeks }}_weeks,
        {% endfor %}
        cast(sum(case when metric_value = 0 then 1 else 0 end) over last_8 as double)
        / nullif(count(*) over last_8, 0) as zero_share_8_weeks,
        cast(sum(change_size) over last_26 as double)
        / nullif(count(change_size) over last_26, 0) as usual_change,
        cast({{ dbt.dateadd('day', 6, 'week_start_date') }} as date) as latest_source_date
    from with_changes
    window
        known as (
            partition by namespace, subject, series_id, metric
            order by week_start_date
            rows between unbounded preceding and current row
        ),
        last_4 as (
            partition by namespace, subject, series_id, metric
            order by week_start_date
            rows between 3 preceding and current row
        ),
        last_8 as (
            partition by namespace, subject, series_id, metric
            order by week_start_date
            rows between 7 preceding and current row
        ),
        last_13 as (
            partition by namespace, subject, series_id, metric
            order by week_start_date
            rows between 12 preceding and current row
        ),
        last_26 as (
            partition by namespace, subject, series_id, metric
            order by week_start_date
            rows between 25 preceding and current row
        )

)

select * from final
