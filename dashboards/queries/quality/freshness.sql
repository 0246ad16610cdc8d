select *
from table_freshness
where $source in ('all', source_name)
order by latest_occurred_at nulls first, source_name, table_name
