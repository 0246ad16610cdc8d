-- Run history: ten good nights and one run more, `run_id`, failed at `failed_step` unless that is null.

create temp table plan (position int, step varchar, seconds double, row_count bigint);
insert into plan values
(1, 'land', 4, 29600), (2, 'gate_landing', 6, null), (3, 'dbt_build', 41, 310000), (4, 'gate_marts', 8, null),
(5, 'train', 38, 5400), (6, 'dbt_after_training', 9, 5400), (7, 'gate_recommendations', 5, null), (8, 'publish', 2, null);

create temp table nights as
select
    if(n = 10, getvariable('run_id'), '20261111T0400' || lpad(n::varchar, 2, '0')) as run_id,
    timestamp '2026-11-12 04:00:00' + to_days(n::int) as started_at,
    if(n = 10, getvariable('failed_step'), null) as failed_step,
    n
from range(0, 11) as numbers (n);

create table steps as
select
    nights.run_id,
    plan.position,
    plan.step,
    if(plan.step = failed_step, 'failed', 'succeeded') as status,
    started_at + to_seconds(sum(plan.seconds) over (partition by nights.run_id order by plan.position) - plan.seconds) as started_at,
    plan.seconds + nights.n * 0.4 as seconds,
    plan.row_count,
    null::varchar as detail
from nights
cross join plan
where failed_step is null or plan.position <= (select f.position from plan as f where f.step = failed_step);

create table runs as
select
    nights.run_id,
    if(failed_step is null, 'succeeded', 'failed') as status,
    nights.started_at,
    nights.started_at + to_seconds(sum(steps.seconds)) as finished_at,
    sum(steps.seconds) as seconds,
    failed_step,
    if(failed_step is null, null, '1 of 24 checks failed: net_revenue of daily_metrics is negative on 2026-11-21') as message,
    ['sample_shop', 'online_retail'] as sources,
    failed_step is null as published
from nights
inner join steps using (run_id)
group by nights.run_id, nights.started_at, failed_step;

create table gate_results as
select
    nights.run_id,
    checks.* replace (success and not (failed_step is not distinct from 'gate_marts' and expectation = 'net revenue is not negative') as success),
    nights.started_at + interval 1 minute as checked_at
from nights
cross join (
    values
    ('landing', 'orders', 'order_id', 'expect_column_values_to_not_be_null', 'error', true, '0', 0, 8200,
        'Data engineering', 'Every order has an id.', '[]'),
    ('landing', 'order_lines', 'unit_price', 'expect_column_values_to_be_between', 'warn', false, '-4.5', 3, 21400,
        'Data engineering', 'Prices are positive.', '[{"source_row": 17, "unit_price": -4.5}, {"source_row": 90, "unit_price": -1.0}]'),
    ('marts', 'daily_metrics', 'net_revenue', 'net revenue is not negative', 'error', true, '0', 1, 270,
        'Analytics', 'Net revenue of a day is not negative.', '[{"metric_date": "2026-11-21", "net_revenue": -310.5}]'),
    ('marts', 'row_accounting', null, 'the books close', 'error', true, '0', 0, 4,
        'Data engineering', 'Every landed row is a fact, a duplicate, quarantined or superseded.', '[]'),
    ('recommendations', 'recommendations', 'product_id', 'recommended products are in stock', 'error', true, '0', 0, 5400,
        'Data science', 'No recommended product is out of stock.', '[]')
) as checks (door, table_name, column_name, expectation, severity, success, observed_value, unexpected_count,
    element_count, owner, description, failing_rows)
where failed_step is distinct from 'gate_marts' or door <> 'recommendations';

create table quarantine_counts as
select run_id, 'sample_shop' as source_name, 'order_lines' as table_name, reason, row_count
from nights
cross join (values ('negative_price', 10), ('unknown_product', 20), ('bot', 214)) as reasons (reason, row_count);

create table anomalies as
select
    getvariable('run_id') as run_id,
    timestamp '2026-11-22 04:02:00' as detected_at,
    cast(null as varchar) as namespace,
    'sample_shop' as source_name,
    'order_lines' as table_name,
    cast(null as varchar) as column_name,
    cast(null as varchar) as segment_type,
    cast(null as varchar) as segment_value,
    date '2026-11-21' as metric_date,
    'row_count' as metric,
    12.0 as observed_value,
    58.0 as expected_value,
    -4.2 as score,
    'warning' as severity,
    'incident' as incident_id;

create table model_scores as
select
    nights.run_id,
    'model-' || nights.n as model_version,
    nights.started_at + interval 2 minute as trained_at,
    model_name,
    role,
    namespace,
    slice,
    metric,
    k::bigint as k,
    base + 0.002 * nights.n as value,
    base + 0.002 * nights.n - 0.01 as lower_bound,
    base + 0.002 * nights.n + 0.01 as upper_bound,
    1200::bigint as customer_count
from nights
cross join (values ('two_stage', 'ours', 0.36), ('personal_top_frequency', 'baseline', 0.34), ('popularity', 'baseline', 0.12))
    as models (model_name, role, base)
cross join (values ('sample_shop'), ('online_retail')) as shops (namespace)
cross join (values ('all'), ('new'), ('cold')) as slices (slice)
cross join (values ('ndcg'), ('recall')) as metrics (metric)
cross join (values (10), (20)) as lengths (k);
