select *
from objective_status
where $source = 'all' or namespace is null or namespace = $source
order by
    case status when 'missed' then 1 when 'met' then 2 else 3 end,
    objective_id
