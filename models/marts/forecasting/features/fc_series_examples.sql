with

features as (

    select * from {{ ref('fc_series_features') }}

),

weekly_series as (

    select * from {{ ref('fc_weekly_series') }}

),

week_numbers as (

    {% for number in [1, 2, 3, 4] %}
    select {{ number }} as week_number
    {% if not loop.last %}union all{% endif %}
    {% endfor %}

),

weeks_ahead as (

    select
        features.*,
        cast(week_numbers.week_number as bigint) as week_number,
        cast({{ dbt.dateadd('day', '7 * (week_numbers.week_number - 1)', 'features.cutoff_date') }} as date)
            as week_start_date,
        cast({{ dbt.dateadd('day', '7 * (week_numbers.week_number - 1) - 364', 'features.cutoff_date') }} as date)
            as week_of_year_before,
        -- What a year ago was known as `features` is now: how the weeks to come compared with it then.
        cast({{ dbt.dateadd('day', -364, 'features.cutoff_date') }} as date) as cutoff_of_year_before
    from features
    cross join week_numbers

),

final as (

    select
        weeks_ahead.namespace,
        weeks_ahead.subject,
        weeks_ahead.series_id,
        weeks_ahead.metric,
        weeks_ahead.cutoff_date,
        weeks_ahead.cutoff_number,
        weeks_ahead.week_number,
        weeks_ahead.week_start_date,
        weeks_ahead.week_count,
        weeks_ahead.value_1_before,
        weeks_ahead.value_2_before,
        weeks_ahead.value_3_before,
        weeks_ahead.value_4_before,
        weeks_ahead.mean_4_weeks,
        weeks_ahead.mean_8_weeks,
        weeks_ahead.mean_13_weeks,
        weeks_ahead.zero_share_8_weeks,
        weeks_ahead.usual_change,
        cast(year_before.metric_value as double) as value_year_before,
        level_year_before.mean_4_weeks as mean_4_weeks_year_before,
        shop.value_1_before as shop_value_1_before,
        shop.mean_4_weeks as shop_mean_4_weeks,
        shop.mean_13_weeks as shop_mean_13_weeks,
        {{ dbt.datediff(dbt.date_trunc('year', 'weeks_ahead.week_start_date'), 'weeks_ahead.week_start_date', 'day') }}
        / cast(365.25 as double) as share_of_year,
        cast(weeks_to_come.metric_value as double) as target_value,
        weeks_ahead.latest_source_date
    from weeks_ahead
    left join weekly_series as weeks_to_come
        on
            weeks_ahead.namespace = weeks_to_come.namespace
            and weeks_ahead.subject = weeks_to_come.subject
            and weeks_ahead.series_id = weeks_to_come.series_id
            and weeks_ahead.metric = weeks_to_come.metric
            and weeks_ahead.week_start_date = weeks_to_come.week_start_date
    left join weekly_series as year_before
        on
            weeks_ahead.namespace = year_before.namespace
            and weeks_ahead.subject = year_before.subject
            and weeks_ahead.series_id = year_before.series_id
            and weeks_ahead.metric = year_before.metric
            and weeks_ahead.week_of_year_before = year_before.week_start_date
    left join features as level_year_before
        on
            weeks_ahead.namespace = level_year_before.namespace
            and weeks_ahead.subject = level_year_before.subject
            and weeks_ahead.series_id = level_year_before.series_id
            and weeks_ahead.metric = level_year_before.metric
            and weeks_ahead.cutoff_of_year_before = level_year_before.cutoff_date
    left join features as shop
        on
            weeks_ahead.namespace = shop.namespace
            and shop.subject = 'category'
            and shop.series_id = 'all'
            and weeks_ahead.metric = shop.metric
            and weeks_ahead.cutoff_date = shop.cutoff_date

)

select * from final
