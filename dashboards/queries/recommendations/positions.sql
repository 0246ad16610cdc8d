-- One row per position on the list: how what stood there did in the period.
select
    cast(segment_value as integer) as position,
    sum(impression_count) as impression_count,
    sum(click_count) / nullif(sum(impression_count), 0) as click_through_rate,
    sum(converted_list_count) / nullif(sum(list_count), 0) as list_conversion_rate,
    sum(attributed_revenue) / nullif(sum(list_count), 0) as revenue_per_list
from recommendation_performance
where
    segment_type = 'position' and $namespace in ('all', namespace) and impression_date between $first_day and $last_day
group by position
order by position
limit 20
