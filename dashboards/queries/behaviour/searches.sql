-- What was searched for most without a result.
select
    search_term,
    sum(search_count) as search_count,
    sum(without_result_count) as without_result_count,
    sum(without_result_count) / nullif(sum(search_count), 0) as without_result_rate
from search_terms
where $namespace in ('all', namespace) and search_date between $first_day and $last_day
group by search_term
having sum(without_result_count) > 0
order by without_result_count desc, search_term
limit 100
