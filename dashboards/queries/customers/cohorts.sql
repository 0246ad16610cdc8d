-- One row per cohort and month since; month 0 is left out, it is 100% by definition. The newest twelve cohorts.
select
    cohort_month,
    months_since_first_order as months,
    sum(cohort_size) as cohort_size,
    sum(active_customer_count) as active_customer_count,
    sum(active_customer_count) / nullif(sum(cohort_size), 0) as retention_rate,
    sum(net_revenue) as net_revenue
from customer_cohorts
where
    $namespace in ('all', namespace)
    and months_since_first_order between 1 and 12
    and cohort_month >= (
        select max(newest.cohort_month) - interval 12 month
        from customer_cohorts as newest
        where $namespace in ('all', newest.namespace)
    )
group by cohort_month, months_since_first_order
order by cohort_month, months_since_first_order
