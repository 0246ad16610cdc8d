-- Whether the shop has clicks at all, whatever the period.
select
    count(*) as row_count,
    min(metric_date) as first_day,
    max(metric_date) as last_day
from daily_metrics
where segment_type = 'all' and session_count > 0 and $namespace in ('all', namespace)
