-- Whether the source has clicks at all, whatever the period.
select
    count(*) as row_count,
    min(funnel_date) as first_day,
    max(funnel_date) as last_day
from daily_funnel
where $source in ('all', namespace)
