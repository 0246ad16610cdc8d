{#
    How long a table had no rows, beside its longest pause of the eight weeks before that one began. Twice as long and a
    day is unusual. A pause of four weeks is a table that ended.
#}
with

days as (

    select * from {{ ref('int_watched_series') }}
    where metric_kind = 'age'

),

marks as (

    select * from {{ ref('int_marks') }}
    where mark = 'false_alarm'

),

calendar_events as (

    select * from {{ ref('calendar_events') }}
    where is_closed

),

-- While the shop is closed nobody waits for rows.
closed_days as (

    select distinct
        days.series_id,
        days.metric_date
    from days
    inner join calendar_events
        on
            days.metric_date between calendar_events.starts_on and calendar_events.ends_on
            and days.scope = coalesce(calendar_events.namespace, days.scope)

),

pauses as (

    select
        days.series_id,
        days.metric_date,
        max(earlier.metric_value) as usual_pause,
        count(*) as pause_day_count
    from days
    inner join days as earlier
        on
            days.series_id = earlier.series_id
            and {{ dbt.datediff('earlier.metric_date', 'days.metric_date', 'day') }} >= days.metric_value
            and {{ dbt.datediff('earlier.metric_date', 'days.metric_date', 'day') }} < days.metric_value + 56
    where days.metric_value <= 28
    group by days.series_id, days.metric_date
    having count(*) >= 28

),

marked_days as (

    select distinct
        days.series_id,
        days.metric_date
    from days
    inner join marks
        on
            days.metric_date = marks.metric_date
            and days.source_name = coalesce(marks.source_name, days.source_name)
            and days.table_name = coalesce(marks.table_name, days.table_name)
            and days.scope = coalesce(marks.namespace, days.scope)
            and days.metric = coalesce(marks.metric, days.metric)

),

final as (

    select
        days.*,
        pauses.usual_pause,
        pauses.pause_day_count,
        2 * pauses.usual_pause + 1 as longest_pause,
        marked_days.series_id is not null as is_marked
    from days
    inner join pauses
        on days.series_id = pauses.series_id and days.metric_date = pauses.metric_date
    left join marked_days
        on days.series_id = marked_days.series_id and days.metric_date = marked_days.metric_date
    left join closed_days
        on days.series_id = closed_days.series_id and days.metric_date = closed_days.metric_date
    where closed_days.series_id is null

)

select * from final
