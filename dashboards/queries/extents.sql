-- Sources that have data, the one with the newest data first.
select
    source_name,
    min(metric_date) as first_day,
    max(metric_date) as last_day
from daily_metrics
group by source_name
order by last_day desc, source_name
