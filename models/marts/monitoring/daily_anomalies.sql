{#
    The detector. Each day of a watched series is compared twice, with its own history (int_series__forecasts) and with
    what the others of the shop did on the day (int_series__companions); it is unusual when either says so, and what is
    reported is the comparison from which it is further. How long a table had no rows is compared with its longest pause.

    Counts and amounts are compared as logarithms: a third less and half as much again are equally far, as are a small
    shop's weekdays and weekends. A share is compared as it is.

    A day that somebody marked is not alarmed. Each marked day of a series widens its limits for half a year.
#}
{% set score = var('anomaly_score') %}
with

forecasts as (

    select * from {{ ref('int_series__forecasts') }}

),

companions as (

    select * from {{ ref('int_series__companions') }}

),

pauses as (

    select * from {{ ref('int_series__pauses') }}

),

widenings as (

    select
        forecasts.series_id,
        forecasts.metric_date,
        1 + least(0.25 * count(*), 1) as widening
    from forecasts
    inner join forecasts as marked
        on
            forecasts.series_id = marked.series_id
            and marked.is_marked_itself
            and forecasts.metric_date > marked.metric_date
            and {{ dbt.datediff('marked.metric_date', 'forecasts.metric_date', 'day') }} <= 182
    group by forecasts.series_id, forecasts.metric_date

),

compared as (

    select
        forecasts.*,
        companions.expected_magnitude as companion_magnitude,
        companions.tolerance * coalesce(widenings.widening, 1) as companion_tolerance,
        forecasts.tolerance * coalesce(widenings.widening, 1) as own_tolerance
    from forecasts
    left join companions
        on forecasts.series_id = companions.series_id and forecasts.metric_date = companions.metric_date
    left join widenings
        on forecasts.series_id = widenings.series_id and forecasts.metric_date = widenings.metric_date

),

told as (

    select
        *,
        coalesce(
            abs(magnitude - companion_magnitude) / nullif(companion_tolerance, 0)
            > abs(magnitude - expected_magnitude) / nullif(own_tolerance, 0),
            false
        ) as is_companions_say
    from compared

),

decided as (

    select
        *,
        case when is_companions_say then companion_magnitude else expected_magnitude end as decisive_magnitude,
        case when is_companions_say then companion_tolerance else own_tolerance end as decisive_tolerance,
        case when is_companions_say then 'companions' else 'history' end as compared_with
    from told

),

scored as (

    select
        *,
        round((magnitude - decisive_magnitude) / nullif(decisive_tolerance, 0), 4) as score
    from decided

),

series_days as (

    select
        metric_date,
        scope,
        namespace,
        source_name,
        table_name,
        column_name,
        segment_type,
        segment_value,
        metric,
        metric_value,
        {% for value, distance in {
            'expected': '', 'lower': ' - ' ~ score ~ ' * decisive_tolerance', 'upper': ' + ' ~ score ~ ' * decisive_tolerance',
        }.items() %}
        case
            when metric_kind = 'rate' then least(greatest(decisive_magnitude{{ distance }}, 0), 1)
            else greatest(exp(decisive_magnitude{{ distance }}) - 1, 0)
        end as {{ value }}_value,
        {% endfor %}
        score,
        baseline_day_count,
        compared_with,
        event_name,
        is_marked
    from scored

    union all

    select
        metric_date,
        scope,
        namespace,
        source_name,
        table_name,
        column_name,
        segment_type,
        segment_value,
        metric,
        metric_value,
        usual_pause as expected_value,
        0 as lower_value,
        longest_pause as upper_value,
        round({{ score }} * metric_value / nullif(longest_pause, 0), 4) as score,
        pause_day_count as baseline_day_count,
        'history' as compared_with,
        cast(null as string) as event_name,
        is_marked
    from pauses

),

judged as (

    select
        *,
        abs(score) > {{ score }} and not is_marked as is_anomaly
    from series_days

),

-- What is unusual in a shop from one day to the next is one incident.
alarm_days as (

    select
        scope,
        metric_date,
        lag(metric_date) over (partition by scope order by metric_date) as alarm_day_before
    from judged
    where is_anomaly
    group by scope, metric_date

),

incident_days as (

    select
        scope,
        metric_date,
        max(
            case
                when alarm_day_before is null or {{ dbt.datediff('alarm_day_before', 'metric_date', 'day') }} > 1
                    then metric_date
            end
        ) over (
            partition by scope
            order by metric_date
            rows between unbounded preceding and current row
        ) as incident_date
    from alarm_days

),

final as (

    select
        judged.metric_date,
        judged.namespace,
        judged.source_name,
        judged.table_name,
        judged.column_name,
        judged.segment_type,
        judged.segment_value,
        judged.metric,
        round(judged.metric_value, 6) as observed_value,
        round(judged.expected_value, 6) as expected_value,
        round(judged.lower_value, 6) as lower_value,
        round(judged.upper_value, 6) as upper_value,
        judged.score,
        cast(judged.baseline_day_count as bigint) as baseline_day_count,
        judged.compared_with,
        judged.event_name,
        judged.is_marked,
        judged.is_anomaly,
        case
            when not judged.is_anomaly then 'none'
            when abs(judged.score) > {{ 2 * score }} then 'critical'
            else 'warning'
        end as severity,
        judged.scope,
        case
            when judged.is_anomaly then {{ surrogate_key(['judged.scope', 'incident_days.incident_date']) }}
        end as incident_id
    from judged
    left join incident_days
        on judged.scope = incident_days.scope and judged.metric_date = incident_days.metric_date

)

select * from final
