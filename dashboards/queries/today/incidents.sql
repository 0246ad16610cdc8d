-- What was unusual in the period, the latest and worst first; sources that do not make up this shop are left out.
select *
from anomaly_incidents
where
    $namespace in ('all', scope)
    and last_date between $first_day and $last_day
order by last_date desc, if(severity = 'critical', 1, 2), abs(score) desc
limit 12
