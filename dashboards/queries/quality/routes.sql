-- One row per route over the same two weeks.
select
    route,
    sum(request_count) as request_count,
    sum(client_error_count) as client_error_count,
    sum(server_error_count) as server_error_count,
    max(median_seconds_up_to) as median_seconds_up_to,
    max(p99_seconds_up_to) as p99_seconds_up_to
from hourly_requests
where hour_start >= (select max(newest.hour_start) - interval 14 day from hourly_requests as newest)
group by route
order by request_count desc, route
