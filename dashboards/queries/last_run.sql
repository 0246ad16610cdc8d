select *
from runs
order by started_at desc, run_id desc
limit 1
