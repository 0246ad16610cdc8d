-- What someone who needs just this would write for DuckDB: the same Parquet files, no tests, no quarantine, no history,
-- no increments. `events_files` is the list of files.

-- Each event once, as it first arrived, in its session: a device's events without a pause of more than 30 minutes.
create or replace table events as
with

deduplicated as (

    select * exclude (source_file, source_row, file_sha256, loaded_at)
    from read_parquet(getvariable('events_files'), hive_partitioning = false)
    qualify row_number() over (partition by message_id order by received_at) = 1

),

with_starts as (

    select
        *,
        coalesce(
            occurred_at - lag(occurred_at) over (partition by anonymous_id order by occurred_at, message_id)
            > interval 30 minute,
            true
        ) as starts_session
    from deduplicated

)

select
    * exclude (starts_session),
    anonymous_id || '-' || count_if(starts_session) over (
        partition by anonymous_id order by occurred_at, message_id
        rows between unbounded preceding and current row
    ) as session_id
from with_starts;

-- How many sessions saw both products: the 20 best companions of each product.
create or replace table co_visits as
with

visits as (

    select distinct
        session_id,
        product_id
    from events
    where product_id is not null

),

pairs as (

    select
        visits.product_id,
        companions.product_id as other_product_id,
        count(*) as session_count
    from visits
    inner join visits as companions
        on visits.session_id = companions.session_id and visits.product_id < companions.product_id
    group by visits.product_id, companions.product_id

),

mirrored as (

    select * from pairs
    union all
    select
        other_product_id as product_id,
        product_id as other_product_id,
        session_count
    from pairs

)

select *
from mirrored
qualify row_number() over (partition by product_id order by session_count desc, other_product_id asc) <= 20;
