-- One row per hour of the last two weeks that the API was asked in.
select
    hour_start,
    sum(request_count) as request_count,
    sum(client_error_count) as client_error_count,
    sum(server_error_count) as server_error_count,
    max(p99_seconds_up_to) as p99_seconds_up_to
from hourly_requests
where hour_start >= (select max(newest.hour_start) - interval 14 day from hourly_requests as newest)
group by hour_start
order by hour_start
