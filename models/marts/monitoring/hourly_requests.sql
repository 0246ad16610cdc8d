with

figures as (

    select * from {{ source('serving', 'figures') }}

),

requests as (

    select
        hour as hour_start,
        route,
        sum(counted) as request_count,
        sum(case when status = '4xx' then counted else 0 end) as client_error_count,
        sum(case when status = '5xx' then counted else 0 end) as server_error_count
    from figures
    where figure = 'requests'
    group by hour, route

),

buckets as (

    select
        hour as hour_start,
        route,
        seconds_up_to,
        sum(counted) as request_count
    from figures
    where figure = 'durations'
    group by hour, route, seconds_up_to

),

-- the slowest bucket has no end, and comes last
ranked as (

    select
        hour_start,
        route,
        seconds_up_to,
        sum(request_count) over (partition by hour_start, route) as total_count,
        sum(request_count) over (
            partition by hour_start, route
            order by coalesce(seconds_up_to, 1e9)
            rows between unbounded preceding and current row
        ) as count_up_to
    from buckets

),

quantiles as (

    select
        hour_start,
        route,
        min(case when count_up_to >= 0.5 * total_count then coalesce(seconds_up_to, 1e9) end) as median_seconds,
        min(case when count_up_to >= 0.99 * total_count then coalesce(seconds_up_to, 1e9) end) as p99_seconds
    from ranked
    group by hour_start, route

),

final as (

    select
        requests.hour_start,
        requests.route,
        cast(requests.request_count as bigint) as request_count,
        cast(requests.client_error_count as bigint) as client_error_count,
        cast(requests.server_error_count as bigint) as server_error_count,
        cast(nullif(quantiles.median_seconds, 1e9) as double) as median_seconds_up_to,
        cast(nullif(quantiles.p99_seconds, 1e9) as double) as p99_seconds_up_to
    from requests
    left join quantiles
        on requests.hour_start = quantiles.hour_start and requests.route = quantiles.route

)

select * from final
