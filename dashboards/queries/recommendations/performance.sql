-- One row per placement: what its lists of the period brought in.
select
    placement,
    sum(list_count) as list_count,
    sum(impression_count) as impression_count,
    sum(click_count) as click_count,
    sum(click_count) / nullif(sum(impression_count), 0) as click_through_rate,
    sum(attributed_order_count) as attributed_order_count,
    sum(converted_list_count) / nullif(sum(list_count), 0) as list_conversion_rate,
    sum(attributed_revenue) / nullif(sum(list_count), 0) as revenue_per_list,
    sum(view_through_order_count) as view_through_order_count,
    sum(dismissal_count) as dismissal_count
from recommendation_performance
where segment_type = 'all' and $namespace in ('all', namespace) and impression_date between $first_day and $last_day
group by placement
order by list_count desc, placement
