{# What a person is woken by: unusual days of one shop that follow one another, whatever number of series say so. #}
with

days as (

    select * from {{ ref('daily_anomalies') }}

),

alarms as (

    select
        *,
        {{ surrogate_key([
            'namespace', 'source_name', 'table_name', 'column_name', 'segment_type', 'segment_value', 'metric'
        ]) }} as series_id
    from days
    where is_anomaly

),

watched as (

    select
        scope,
        metric_date,
        count(*) as series_count
    from days
    group by scope, metric_date

),

ranked as (

    select
        *,
        row_number() over (partition by incident_id order by -abs(score), metric_date, series_id) as place
    from alarms

),

by_day as (

    select
        alarms.incident_id,
        alarms.metric_date,
        count(case when alarms.compared_with = 'history' then 1 end)
        / nullif(min(watched.series_count), 0) as share_of_series
    from alarms
    inner join watched
        on alarms.scope = watched.scope and alarms.metric_date = watched.metric_date
    group by alarms.incident_id, alarms.metric_date

),

shares as (

    select
        incident_id,
        max(share_of_series) as share_of_series
    from by_day
    group by incident_id

),

incidents as (

    select
        incident_id,
        min(scope) as scope,
        min(metric_date) as first_date,
        max(metric_date) as last_date,
        count(distinct series_id) as series_count,
        count(distinct coalesce(source_name, '') || '.' || table_name) as table_count,
        count(case when metric <> 'days_without_rows' then 1 end) as value_alarm_count,
        count(*) as alarm_count,
        max(event_name) as event_name,
        -- the other severity is `warning`
        min(severity) as severity
    from alarms
    group by incident_id

),

final as (

    select
        incidents.incident_id,
        incidents.scope,
        incidents.first_date,
        incidents.last_date,
        incidents.severity,
        case
            when incidents.value_alarm_count = 0 then 'silence'
            when incidents.series_count = 1 then 'one_series'
            when shares.share_of_series >= 0.25 then 'whole_shop'
            when incidents.table_count = 1 then 'one_table'
            else 'several_series'
        end as cause,
        incidents.event_name,
        cast(incidents.series_count as bigint) as series_count,
        cast(incidents.alarm_count as bigint) as alarm_count,
        ranked.metric_date,
        ranked.namespace,
        ranked.source_name,
        ranked.table_name,
        ranked.column_name,
        ranked.segment_type,
        ranked.segment_value,
        ranked.metric,
        ranked.observed_value,
        ranked.expected_value,
        ranked.score
    from incidents
    inner join ranked
        on incidents.incident_id = ranked.incident_id and ranked.place = 1
    inner join shares
        on incidents.incident_id = shares.incident_id

)

select * from final
