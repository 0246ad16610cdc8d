-- What was searched for most, or most often without a result.
select
    search_term,
    sum(search_count) as search_count,
    sum(clicked_count) / nullif(sum(search_count), 0) as clicked_rate,
    sum(converted_count) / nullif(sum(search_count), 0) as ordered_rate,
    sum(without_result_count) as without_result_count,
    sum(without_result_count) / nullif(sum(search_count), 0) as without_result_rate
from search_terms
where $namespace in ('all', namespace) and search_date between $first_day and $last_day
group by search_term
having $kind = 'All searches' or sum(without_result_count) > 0
order by if($kind = 'All searches', sum(search_count), sum(without_result_count)) desc, search_term
limit 200
