-- Sources that have landed rows.
select distinct source_name
from row_accounting
where row_count > 0
order by source_name
