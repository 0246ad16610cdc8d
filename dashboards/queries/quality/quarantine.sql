select
    source_name,
    table_name,
    reason,
    sum(row_count) as row_count
from quarantine_counts
where run_id = $run_id and $source in ('all', source_name)
group by all
order by row_count desc, source_name, table_name, reason
