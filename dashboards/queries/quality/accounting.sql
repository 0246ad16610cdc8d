select *
from row_accounting
where $source in ('all', source_name)
order by abs(unaccounted_count) desc, source_name, table_name
