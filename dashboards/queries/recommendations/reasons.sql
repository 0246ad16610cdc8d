select
    coalesce(reason_code, 'none') as reason_code,
    count(*) as place_count
from recommendations
where $namespace in ('all', namespace)
group by reason_code
order by place_count desc, reason_code
