{#
    What each day of a count or an amount should have been by what the others of the shop did that day. A sale or a
    holiday moves them together; a tag that fell silent or a file that came twice moves some of them alone, on such a day
    too, and where days differ by half.

    Of each pair it is learned from the twelve weeks before by how much one moves with the other (a regression through
    the origin, of what their own histories left over), and the three that say most foretell it. The spread is how
    far that was wrong in the six weeks before. The day's own value is in none of it.
#}
{% set pair_days, pair_minimum_days, companion_count = 84, 21, 3 %}
with

days as (

    select
        *,
        -- a closed day would say more than all others together
        greatest(least(distance, 1), -1) as bounded_distance
    from {{ ref('int_series__forecasts') }}
    where metric_kind in ('count', 'amount')

),

pairs as (

    select
        days.series_id,
        companions.series_id as other_series_id,
        days.metric_date,
        companions.distance as other_distance,
        -- where one of them was wild alone, something was wrong with it
        case when days.is_wild = companions.is_wild then companions.bounded_distance end as other_bounded,
        case when days.is_wild = companions.is_wild then days.bounded_distance end as own_bounded
    from days
    inner join days as companions
        on
            days.scope = companions.scope
            and days.metric_date = companions.metric_date
            and days.series_id <> companions.series_id
            and companions.usual_magnitude >= {{ var('anomaly_companion_magnitude') }}

),

moments as (

    select
        series_id,
        other_series_id,
        metric_date,
        other_distance,
        count(own_bounded) over twelve_weeks as day_count,
        sum(own_bounded * own_bounded) over twelve_weeks as own_squares,
        sum(own_bounded * other_bounded) over twelve_weeks as shared_squares,
        sum(other_bounded * other_bounded) over twelve_weeks as other_squares
    from pairs
    window twelve_weeks as (
        partition by series_id, other_series_id
        order by metric_date
        rows between {{ pair_days }} preceding and 1 preceding
    )

),

slopes as (

    select
        series_id,
        other_series_id,
        metric_date,
        day_count,
        own_squares,
        shared_squares,
        other_squares,
        other_distance,
        -- towards 0 where the other hardly moved
        shared_squares / nullif(other_squares + 0.0001 * day_count, 0) as slope
    from moments
    where day_count >= {{ pair_minimum_days }}

),

errors as (

    select
        series_id,
        other_series_id,
        metric_date,
        slope * other_distance as foretold_distance,
        round(
            greatest(own_squares - 2 * slope * shared_squares + slope * slope * other_squares, 0)
            / nullif(day_count, 0),
            9
        ) as mean_squared_error
    from slopes

),

ranked as (

    select
        *,
        row_number() over (
            partition by series_id, metric_date
            order by mean_squared_error, other_series_id
        ) as place
    from errors

),

foretold as (

    select
        series_id,
        metric_date,
        sum(foretold_distance / nullif(mean_squared_error + 0.0001, 0))
        / nullif(sum(1 / nullif(mean_squared_error + 0.0001, 0)), 0)
            as foretold_distance
    from ranked
    where place <= {{ companion_count }}
    group by series_id, metric_date

),

compared as (

    select
        days.series_id,
        days.metric_date,
        days.metric_kind,
        days.sample_size,
        days.usual_magnitude,
        days.is_marked or not days.is_wild as is_precedent,
        foretold.foretold_distance,
        days.distance - foretold.foretold_distance as error
    from days
    inner join foretold
        on days.series_id = foretold.series_id and days.metric_date = foretold.metric_date

),

days_later as (

    {{ integers(1, var('anomaly_spread_days')) }}

),

precedents as (

    select
        compared.series_id,
        cast({{ dbt.dateadd('day', 'days_later.number', 'compared.metric_date') }} as date) as metric_date,
        compared.error
    from compared
    cross join days_later
    where compared.is_precedent

),

usual_errors as (

    select
        series_id,
        metric_date,
        median(error) as usual_error
    from precedents
    group by series_id, metric_date
    having count(*) >= {{ var('anomaly_minimum_spread_days') }}

),

spreads as (

    select
        precedents.series_id,
        precedents.metric_date,
        usual_errors.usual_error,
        greatest(
            1.4826 * median(abs(precedents.error - usual_errors.usual_error)),
            0.5 * percentile_cont(0.95) within group (order by abs(precedents.error - usual_errors.usual_error))
        ) as spread
    from precedents
    inner join usual_errors
        on precedents.series_id = usual_errors.series_id and precedents.metric_date = usual_errors.metric_date
    group by precedents.series_id, precedents.metric_date, usual_errors.usual_error

),

foreseen as (

    select
        compared.series_id,
        compared.metric_date,
        compared.metric_kind,
        compared.sample_size,
        compared.foretold_distance,
        compared.usual_magnitude + compared.foretold_distance + spreads.usual_error as expected_magnitude,
        spreads.spread
    from compared
    inner join spreads
        on compared.series_id = spreads.series_id and compared.metric_date = spreads.metric_date

),

final as (

    select
        series_id,
        metric_date,
        round(expected_magnitude, 9) as expected_magnitude,
        -- The further the others moved, the less is known. What goes wrong in a shop mostly parts series that belong
        -- together, so they are held a little closer than a series to its own past.
        round(
            0.93 * sqrt(
                power({{ usual_tolerance('metric_kind', 'spread', 'expected_magnitude', 'sample_size') }}, 2)
                + power(0.15 * foretold_distance, 2)
            ),
            9
        ) as tolerance
    from foreseen

)

select * from final
