select *
from objective_status
where $source = 'all' or source_name is null or source_name = $source
order by
    case status when 'missed' then 1 when 'met' then 2 else 3 end,
    objective_id
