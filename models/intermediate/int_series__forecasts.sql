{#
    What each day of a watched series should have been by its own history, in which neither the day itself is nor any
    that was wild (unless somebody called it normal) nor any of the calendar.

    A day of the calendar is expected to be what the same day of the event was the last time, beside its own level then;
    with no time before it may be far off. Of a day on which the shop is closed nothing is said.
#}
with

days as (

    select
        *,
        is_marked or (event_name is null and not is_wild) as is_precedent
    from {{ ref('int_series__first_pass') }}

),

{{ forecast_series() }},

forecast_days as (

    select
        days.*,
        forecasts.baseline_day_count,
        forecasts.expected_magnitude as usual_magnitude,
        days.magnitude - forecasts.expected_magnitude as distance,
        {{ usual_tolerance(
            'days.metric_kind', 'forecasts.spread', 'forecasts.expected_magnitude', 'days.sample_size'
        ) }} as usual_tolerance
    from days
    inner join forecasts
        on days.series_id = forecasts.series_id and days.metric_date = forecasts.metric_date
    where not days.is_closed

),

-- The last time of each event, within two years: Easter moves by five weeks.
earlier_times as (

    select
        forecast_days.series_id,
        forecast_days.metric_date,
        max_by(earlier.distance, earlier.metric_date) as learned_distance
    from forecast_days
    inner join forecast_days as earlier
        on
            forecast_days.series_id = earlier.series_id
            and forecast_days.event_name = earlier.event_name
            and forecast_days.event_day = earlier.event_day
            and forecast_days.metric_date > earlier.metric_date
            and {{ dbt.datediff('earlier.metric_date', 'forecast_days.metric_date', 'day') }} <= 800
    group by forecast_days.series_id, forecast_days.metric_date

),

final as (

    select
        forecast_days.series_id,
        forecast_days.metric_date,
        forecast_days.scope,
        forecast_days.namespace,
        forecast_days.source_name,
        forecast_days.table_name,
        forecast_days.column_name,
        forecast_days.segment_type,
        forecast_days.segment_value,
        forecast_days.metric,
        forecast_days.metric_kind,
        forecast_days.metric_value,
        forecast_days.sample_size,
        forecast_days.magnitude,
        forecast_days.event_name,
        forecast_days.is_marked,
        forecast_days.is_marked_itself,
        forecast_days.is_wild,
        forecast_days.is_precedent,
        forecast_days.baseline_day_count,
        forecast_days.usual_magnitude,
        forecast_days.distance,
        round(
            forecast_days.usual_magnitude + coalesce(earlier_times.learned_distance, 0), 9
        ) as expected_magnitude,
        round(case
            when forecast_days.event_name is null then forecast_days.usual_tolerance
            when earlier_times.learned_distance is null
                then {{ var('anomaly_calendar_widening') }} * forecast_days.usual_tolerance
            -- two days are compared, and an event is never the same
            else sqrt(2 * power(forecast_days.usual_tolerance, 2) + power(0.25 * earlier_times.learned_distance, 2))
        end, 9) as tolerance
    from forecast_days
    left join earlier_times
        on
            forecast_days.series_id = earlier_times.series_id
            and forecast_days.metric_date = earlier_times.metric_date

)

select * from final
