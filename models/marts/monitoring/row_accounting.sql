{#
    Closes the books: every row of every landed file is a fact, a duplicate, superseded or quarantined.
    Rows are counted from the registry (the files' own footers), not from what the models read.
    Closed books settle the files, so whatever reads new files comes before.
#}
-- depends_on: {{ ref('int_products__seen') }}
with

landing_files as (

    select * from {{ source('registry', 'landing_files') }}
    where is_active

),

landed as (

    select
        source_name,
        table_name,
        count(*) as file_count,
        sum(row_count) as row_count
    from landing_files
    group by source_name, table_name

),

outcomes as (

    select
        source_name,
        table_name,
        sum(case when row_status = 'fact' then row_count else 0 end) as fact_count,
        sum(case when row_status = 'duplicate' then row_count else 0 end) as duplicate_count,
        sum(case when row_status = 'quarantined' then row_count else 0 end) as quarantined_count,
        sum(case when row_status = 'superseded' then row_count else 0 end) as superseded_count
    from {{ ref('int_landed_rows__by_day') }}
    group by source_name, table_name

),

joined as (

    select
        landed.source_name,
        landed.table_name,
        landed.file_count,
        landed.row_count,
        coalesce(outcomes.fact_count, 0) as fact_count,
        coalesce(outcomes.duplicate_count, 0) as duplicate_count,
        coalesce(outcomes.quarantined_count, 0) as quarantined_count,
        coalesce(outcomes.superseded_count, 0) as superseded_count
    from landed
    left join outcomes
        on landed.source_name = outcomes.source_name and landed.table_name = outcomes.table_name

),

final as (

    select
        source_name,
        table_name,
        cast(file_count as bigint) as file_count,
        cast(row_count as bigint) as row_count,
        cast(fact_count as bigint) as fact_count,
        cast(duplicate_count as bigint) as duplicate_count,
        cast(quarantined_count as bigint) as quarantined_count,
        cast(superseded_count as bigint) as superseded_count,
        cast(
            row_count - fact_count - duplicate_count - quarantined_count - superseded_count as bigint
        ) as unaccounted_count
    from joined

)

select * from final
