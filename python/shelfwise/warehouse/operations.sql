-- The tables of operations.duckdb, in the order of docs/data-contracts.md. Parameters: lists of the runs' files.

create table operations.runs as
select
    run_id,
    status,
    cast(started_at as timestamp) as started_at,
    cast(finished_at as timestamp) as finished_at,
    seconds,
    failed_step,
    message,
    sources,
    published
from run_files
order by run_id;

create table operations.steps as
with listed as (
    select
        run_id,
        unnest(steps) as step,
        generate_subscripts(steps, 1) as position
    from run_files
)

select
    run_id,
    position,
    step.name as step,
    step.status as status,
    cast(step.started_at as timestamp) as started_at,
    step.seconds as seconds,
    -- runs of before attempts were counted
    coalesce(step.attempts, case when step.status = 'pending' then 0 else 1 end) as attempts,
    step.retry_reason as retry_reason,
    step.row_count as row_count,
    step.detail as detail
from listed
order by run_id, position;

create table operations.gate_results as
select
    run_id,
    door,
    table_name,
    column_name,
    expectation,
    severity,
    success,
    observed_value,
    unexpected_count,
    element_count,
    owner,
    description,
    failing_rows,
    cast(checked_at as timestamp) as checked_at
from gate_files
where door is not null;  -- the half line of a killed gate reads as nulls

create table operations.quarantine_counts as
select
    run_id,
    source_name,
    table_name,
    reason,
    row_count
from quarantine_files
where row_count is not null;

create table operations.anomalies as
select
    run_id,
    cast(detected_at as timestamp) as detected_at,
    namespace,
    source_name,
    table_name,
    column_name,
    segment_type,
    segment_value,
    metric_date,
    metric,
    observed_value,
    expected_value,
    score,
    severity,
    incident_id
from anomaly_files
where metric is not null;

-- How good each run's model was, the published ones and those of runs that failed after training.
create table operations.model_scores as
with listed as (
    select
        run_id,
        model_version,
        cast(trained_at as timestamp) as trained_at,
        unnest(scores) as score
    from card_files
)

select
    run_id,
    model_version,
    trained_at,
    score.model_name,
    score.role,
    score.namespace,
    score.slice,
    score.metric,
    score.k,
    score.value,
    score.lower_bound,
    score.upper_bound,
    score.customer_count
from listed;
