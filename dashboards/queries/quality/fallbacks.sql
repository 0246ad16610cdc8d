-- One row per placement and fallback over the last two weeks: from which lists the API answered.
select
    placement,
    if(fallback = '', 'none', fallback) as fallback,
    sum(list_count) as list_count
from hourly_recommendation_lists
where hour_start >= (select max(newest.hour_start) - interval 14 day from hourly_recommendation_lists as newest)
group by all
order by list_count desc, placement, fallback
