{#
    A first look at each day of a watched series, so that the second is not misled: which days are so far from those
    before them that no other day should be compared with them. It looks at everything; int_series__forecasts then
    leaves out what is found here. Two passes and no more: a day's verdict never depends on an earlier verdict of the
    second pass, so it is the same whether history was built at once or night by night.
#}
with

series as (

    select * from {{ ref('int_watched_series') }}
    where metric_kind <> 'age'

),

calendar_events as (

    select * from {{ ref('calendar_events') }}

),

marks as (

    select * from {{ ref('int_marks') }}
    where mark = 'false_alarm'

),

day_events as (

    select
        series.series_id,
        series.metric_date,
        min(calendar_events.event_name) as event_name,
        min_by(
            {{ dbt.datediff('calendar_events.starts_on', 'series.metric_date', 'day') }}, calendar_events.event_name
        ) as event_day,
        max(case when calendar_events.is_closed then 1 else 0 end) = 1 as is_closed
    from series
    inner join calendar_events
        on
            series.metric_date between calendar_events.starts_on and calendar_events.ends_on
            and series.scope = coalesce(calendar_events.namespace, series.scope)
    group by series.series_id, series.metric_date

),

-- What somebody called normal: the series, or with no metric named every series of the day.
marked_days as (

    select
        series.series_id,
        series.metric_date,
        max(case when marks.metric is not null then 1 else 0 end) = 1 as is_marked_itself
    from series
    inner join marks
        on
            series.metric_date = marks.metric_date
            and (
                (
                    series.metric = marks.metric
                    and coalesce(series.namespace, '') = coalesce(marks.namespace, '')
                    and coalesce(series.source_name, '') = coalesce(marks.source_name, '')
                    and coalesce(series.table_name, '') = coalesce(marks.table_name, '')
                    and coalesce(series.column_name, '') = coalesce(marks.column_name, '')
                    and coalesce(series.segment_type, '') = coalesce(marks.segment_type, '')
                    and coalesce(series.segment_value, '') = coalesce(marks.segment_value, '')
                )
                or (
                    marks.metric is null
                    and series.scope = coalesce(marks.namespace, series.scope)
                    and (marks.source_name is null or series.source_name = marks.source_name)
                    and (marks.table_name is null or series.table_name = marks.table_name)
                )
            )
    group by series.series_id, series.metric_date

),

days as (

    select
        series.*,
        day_events.event_name,
        day_events.event_day,
        day_events.is_closed,
        marked_days.series_id is not null as is_marked,
        coalesce(marked_days.is_marked_itself, false) as is_marked_itself,
        day_events.event_name is null as is_precedent
    from series
    left join day_events
        on series.series_id = day_events.series_id and series.metric_date = day_events.metric_date
    left join marked_days
        on series.series_id = marked_days.series_id and series.metric_date = marked_days.metric_date

),

{{ forecast_series() }},

final as (

    select
        days.series_id,
        days.metric_date,
        days.scope,
        days.namespace,
        days.source_name,
        days.table_name,
        days.column_name,
        days.segment_type,
        days.segment_value,
        days.metric,
        days.metric_kind,
        days.metric_value,
        days.sample_size,
        days.magnitude,
        days.event_name,
        cast(days.event_day as bigint) as event_day,
        coalesce(days.is_closed, false) as is_closed,
        days.is_marked,
        days.is_marked_itself,
        coalesce(
            abs(days.magnitude - forecasts.expected_magnitude)
            > {{ var('anomaly_score') }}
            * {{ usual_tolerance(
                'days.metric_kind', 'forecasts.spread', 'forecasts.expected_magnitude', 'days.sample_size'
            ) }},
            false
        ) as is_wild
    from days
    left join forecasts
        on days.series_id = forecasts.series_id and days.metric_date = forecasts.metric_date

)

select * from final
