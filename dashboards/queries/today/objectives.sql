select *
from objective_status
where $namespace = 'all' or namespace is null or namespace = $namespace
order by
    case status when 'missed' then 1 when 'met' then 2 else 3 end,
    objective_id
