-- Shops that have data, the one with the newest data first.
select
    namespace,
    min(metric_date) as first_day,
    max(metric_date) as last_day
from daily_metrics
where segment_type = 'all'
group by namespace
order by last_day desc, namespace
