-- One row per month and kind of customer. A customer belongs to one cohort, so cohorts add up.
select
    cast(cohort_month + to_months(cast(months_since_first_order as integer)) as date) as month,
    if(months_since_first_order = 0, 'New', 'Returning') as series,
    sum(active_customer_count) as value
from customer_cohorts
where $namespace in ('all', namespace)
group by all
order by month, series
