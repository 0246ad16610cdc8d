-- One row per cohort and month since: what its customers brought in up to then, by customer. A month in which none of
-- them ordered adds nothing. The newest twelve cohorts.
with

cohorts as (
    select
        cohort_month,
        sum(cohort_size) as cohort_size
    from customer_cohorts
    where $namespace in ('all', namespace) and months_since_first_order = 0
    group by cohort_month
    order by cohort_month desc
    limit 12
),

months as (
    select
        cohorts.*,
        unnest(range(0, datediff('month', cohort_month, (select max(newest.cohort_month) from cohorts as newest)) + 1))
            as months
    from cohorts
),

monthly as (
    select
        cohort_month,
        months_since_first_order as months,
        sum(net_revenue) as net_revenue,
        sum(active_customer_count) as active_customer_count
    from customer_cohorts
    where $namespace in ('all', namespace)
    group by cohort_month, months_since_first_order
)

select
    months.cohort_month,
    months.months,
    months.cohort_size,
    coalesce(monthly.active_customer_count, 0) as active_customer_count,
    sum(coalesce(monthly.net_revenue, 0)) over (partition by months.cohort_month order by months.months)
        / nullif(months.cohort_size, 0) as value
from months
left join monthly on months.cohort_month = monthly.cohort_month and months.months = monthly.months
where months.months <= 12
order by months.cohort_month, months.months
