{#
    CTEs from `days` (series_id, metric_date, metric_kind, magnitude, is_precedent) to `forecasts`: for each day of each series what
    the days before let expect, and how far days usually are from that. The day itself decides nothing of it, and neither
    does a day that is no precedent.

    Three medians, each of what the one before left over: the level of four weeks, what the weekday adds to it, and how
    the last two weeks differ from both, which follows a trend and a new level. The spread is the median of how far the
    last six weeks were from there, scaled to a standard deviation.
#}
{% macro forecast_series() %}
{% set level_days, recent_days, spread_days = 28, 14, var('anomaly_spread_days') %}
level_days_later as (

    {{ integers(1, level_days) }}

),

weeks_later as (

    {{ integers(1, var('anomaly_baseline_weeks')) }}

),

days_later as (

    {{ integers(1, spread_days) }}

),

-- Each day is a precedent of the days that are judged by it.
level_precedents as (

    select
        days.series_id,
        cast({{ dbt.dateadd('day', 'level_days_later.number', 'days.metric_date') }} as date) as metric_date,
        days.magnitude
    from days
    cross join level_days_later
    where days.is_precedent

),

levels as (

    select
        series_id,
        metric_date,
        median(magnitude) as level_magnitude
    from level_precedents
    group by series_id, metric_date
    having count(*) >= 7

),

levelled as (

    select
        days.series_id,
        days.metric_date,
        days.magnitude,
        days.metric_kind = 'rate' as is_rate,
        days.is_precedent,
        levels.level_magnitude,
        days.magnitude - levels.level_magnitude as rise
    from days
    inner join levels
        on days.series_id = levels.series_id and days.metric_date = levels.metric_date

),

weekday_precedents as (

    select
        levelled.series_id,
        cast({{ dbt.dateadd('day', '7 * weeks_later.number', 'levelled.metric_date') }} as date) as metric_date,
        levelled.rise
    from levelled
    cross join weeks_later
    where levelled.is_precedent

),

weekdays as (

    select
        series_id,
        metric_date,
        median(rise) as weekday_rise,
        count(*) as baseline_day_count
    from weekday_precedents
    group by series_id, metric_date
    having count(*) >= {{ var('anomaly_minimum_weeks') }}

),

compared as (

    select
        levelled.*,
        weekdays.baseline_day_count,
        levelled.level_magnitude + weekdays.weekday_rise as baseline,
        levelled.rise - weekdays.weekday_rise as distance
    from levelled
    inner join weekdays
        on levelled.series_id = weekdays.series_id and levelled.metric_date = weekdays.metric_date

),

daily_precedents as (

    select
        compared.series_id,
        cast({{ dbt.dateadd('day', 'days_later.number', 'compared.metric_date') }} as date) as metric_date,
        compared.distance,
        case when days_later.number <= {{ recent_days }} then compared.distance end as recent_distance
    from compared
    cross join days_later
    -- a weekday on which a shop is closed says nothing of how far its days usually are
    where compared.is_precedent and (compared.is_rate or compared.magnitude <> 0 or compared.baseline <> 0)

),

usual_distances as (

    select
        series_id,
        metric_date,
        coalesce(median(recent_distance), median(distance)) as usual_distance
    from daily_precedents
    group by series_id, metric_date
    having count(*) >= {{ var('anomaly_minimum_spread_days') }}

),

-- 1.4826 times the median absolute deviation estimates a standard deviation, as does half of what one distance in twenty
-- is beyond; the latter is greater where days are far off more often than those of a normal distribution.
spreads as (

    select
        daily_precedents.series_id,
        daily_precedents.metric_date,
        usual_distances.usual_distance,
        greatest(
            1.4826 * median(abs(daily_precedents.distance - usual_distances.usual_distance)),
            0.5 * percentile_cont(0.95) within group (
                order by abs(daily_precedents.distance - usual_distances.usual_distance)
            )
        ) as spread
    from daily_precedents
    inner join usual_distances
        on
            daily_precedents.series_id = usual_distances.series_id
            and daily_precedents.metric_date = usual_distances.metric_date
    group by daily_precedents.series_id, daily_precedents.metric_date, usual_distances.usual_distance

),

forecasts as (

    select
        compared.series_id,
        compared.metric_date,
        compared.baseline_day_count,
        compared.baseline + spreads.usual_distance as expected_magnitude,
        spreads.spread
    from compared
    inner join spreads
        on compared.series_id = spreads.series_id and compared.metric_date = spreads.metric_date

)
{%- endmacro %}


{#
    How far a value usually is from what is expected: by the spread of the past, and however calm that was by what chance
    does, which is half a percent and a row of a share, a twentieth of an amount, and of a count a fiftieth, its square
    root, and five more or less. Small counts, shares and amounts are far off more often than their spread tells, as they
    are made of few rows or of some large ones; there are many such series, so their limits are wider.
#}
{% macro usual_tolerance(metric_kind, spread, expected_magnitude, sample_size) -%}
    case {{ metric_kind }}
        when 'rate' then 1.3 * greatest({{ spread }}, 0.005 + 1.0 / nullif({{ sample_size }}, 0))
        when 'count' then (1 + 10 * exp(-greatest({{ expected_magnitude }}, 0))) * greatest(
            {{ spread }},
            sqrt(
                0.0004
                + exp(-greatest({{ expected_magnitude }}, 0))
                + 25 * exp(-2 * greatest({{ expected_magnitude }}, 0))
            )
        )
        else 1.3 * greatest({{ spread }}, 0.05)
    end
{%- endmacro %}
