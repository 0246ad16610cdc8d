{#
    The detector. A day is compared with the same weekday of the weeks before: their median is the baseline. How far
    days usually lie from their baselines, and to which side, is told by the weeks before too; the expectation is moved
    to that side (a trend that an old baseline lags behind), and the score is the distance from it in usual distances.
    Nothing is learned from the day that is judged, and medians keep an unusual day from deciding about those after it.

    Counts and amounts are compared as logarithms: a third less and half as much again are equally far, as are a small
    shop's weekdays and weekends. A share is compared as it is.
#}
{% set weeks = var('anomaly_baseline_weeks') %}
{% set spread_days = var('anomaly_spread_days') %}
with

series as (

    select
        *,
        case when metric_kind = 'rate' then metric_value else ln(greatest(metric_value, 0) + 1) end as magnitude
    from {{ ref('int_watched_series') }}

),

weeks_later as (

    {{ integers(1, weeks) }}

),

days_later as (

    {{ integers(1, spread_days) }}

),

-- Each day is a precedent of the days that are judged by it.
weekly_precedents as (

    select
        series.series_id,
        cast({{ dbt.dateadd('day', '7 * weeks_later.number', 'series.metric_date') }} as date) as metric_date,
        series.magnitude
    from series
    cross join weeks_later

),

baselines as (

    select
        series_id,
        metric_date,
        median(magnitude) as baseline,
        count(*) as baseline_day_count
    from weekly_precedents
    group by series_id, metric_date
    having count(*) >= {{ var('anomaly_minimum_weeks') }}

),

compared as (

    select
        series.*,
        baselines.baseline,
        baselines.baseline_day_count,
        series.magnitude - baselines.baseline as distance
    from series
    inner join baselines
        on series.series_id = baselines.series_id and series.metric_date = baselines.metric_date

),

daily_precedents as (

    select
        compared.series_id,
        cast({{ dbt.dateadd('day', 'days_later.number', 'compared.metric_date') }} as date) as metric_date,
        compared.distance
    from compared
    cross join days_later

),

usual_distances as (

    select
        series_id,
        metric_date,
        median(distance) as usual_distance
    from daily_precedents
    group by series_id, metric_date
    having count(*) >= {{ var('anomaly_minimum_spread_days') }}

),

spreads as (

    -- 1.4826 times the median absolute deviation estimates a standard deviation
    select
        daily_precedents.series_id,
        daily_precedents.metric_date,
        usual_distances.usual_distance,
        1.4826 * median(abs(daily_precedents.distance - usual_distances.usual_distance)) as spread
    from daily_precedents
    inner join usual_distances
        on
            daily_precedents.series_id = usual_distances.series_id
            and daily_precedents.metric_date = usual_distances.metric_date
    group by daily_precedents.series_id, daily_precedents.metric_date, usual_distances.usual_distance

),

expected as (

    select
        compared.*,
        compared.baseline + spreads.usual_distance as expected_magnitude,
        spreads.spread
    from compared
    inner join spreads
        on
            compared.series_id = spreads.series_id
            and compared.metric_date = spreads.metric_date

),

-- However calm the past, chance alone moves a count by its square root and a share by a row; less than a fiftieth of a
-- count or half a percent of the rows is no news.
tolerated as (

    select
        *,
        greatest(
            spread,
            case metric_kind
                when 'rate' then 0.005 + 1.0 / nullif(sample_size, 0)
                when 'count' then sqrt(0.0004 + exp(-greatest(expected_magnitude, 0)))
                else 0.02
            end
        ) as tolerance
    from expected

),

scored as (

    select
        *,
        round((magnitude - expected_magnitude) / nullif(tolerance, 0), 4) as score,
        expected_magnitude - {{ var('anomaly_score') }} * tolerance as lower_magnitude,
        expected_magnitude + {{ var('anomaly_score') }} * tolerance as upper_magnitude
    from tolerated

),

judged as (

    select
        *,
        {% for bound in ['expected', 'lower', 'upper'] %}
        round(
            case
                when metric_kind = 'rate' then least(greatest({{ bound }}_magnitude, 0), 1)
                else greatest(exp({{ bound }}_magnitude) - 1, 0)
            end,
            6
        ) as {{ bound }}_value,
        {% endfor %}
        abs(score) > {{ var('anomaly_score') }} as is_anomaly
    from scored

),

final as (

    select
        metric_date,
        namespace,
        source_name,
        table_name,
        column_name,
        metric,
        round(metric_value, 6) as observed_value,
        expected_value,
        lower_value,
        upper_value,
        score,
        cast(baseline_day_count as bigint) as baseline_day_count,
        is_anomaly,
        case
            when not is_anomaly then 'none'
            when abs(score) > {{ 2 * var('anomaly_score') }} then 'critical'
            else 'warning'
        end as severity
    from judged

)

select * from final
