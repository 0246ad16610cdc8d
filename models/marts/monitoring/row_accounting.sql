{#
    Closes the books: every row of every landed file is a fact, a duplicate, superseded or quarantined.
    Rows are counted from the registry (the files' own footers), not from what the models read.
#}
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

classified_rows as (

    {% for model in [
        'int_orders__classified', 'int_products__classified', 'int_customers__classified',
        'int_events__classified', 'int_order_lines__classified',
    ] %}
    select
        source_name,
        table_name,
        row_status,
        count(*) as row_count
    from {{ ref(model) }}
    group by source_name, table_name, row_status

    union all

    {% endfor %}
    select
        source_name,
        'rejected_lines' as table_name,
        'quarantined' as row_status,
        count(*) as row_count
    from {{ ref('stg_online_retail__rejected_lines') }}
    group by source_name

),

outcomes as (

    select
        source_name,
        table_name,
        coalesce(sum(case when row_status = 'fact' then row_count end), 0) as fact_count,
        coalesce(sum(case when row_status = 'duplicate' then row_count end), 0) as duplicate_count,
        coalesce(sum(case when row_status = 'superseded' then row_count end), 0) as superseded_count,
        coalesce(sum(case when row_status = 'quarantined' then row_count end), 0) as quarantined_count
    from classified_rows
    group by source_name, table_name

),

published_facts as (

    -- for the two fact tables the facts are counted where people query them
    select
        source_name,
        'events' as table_name,
        count(*) as fact_count
    from {{ ref('fct_events') }}
    group by source_name

    union all

    select
        source_name,
        'order_lines' as table_name,
        count(*) as fact_count
    from {{ ref('fct_order_lines') }}
    group by source_name

),

final as (

    select
        landed.source_name,
        landed.table_name,
        cast(landed.file_count as bigint) as file_count,
        cast(landed.row_count as bigint) as row_count,
        cast(coalesce(published_facts.fact_count, outcomes.fact_count, 0) as bigint) as fact_count,
        cast(coalesce(outcomes.duplicate_count, 0) as bigint) as duplicate_count,
        cast(coalesce(outcomes.quarantined_count, 0) as bigint) as quarantined_count,
        cast(coalesce(outcomes.superseded_count, 0) as bigint) as superseded_count,
        cast(
            landed.row_count
            - coalesce(published_facts.fact_count, outcomes.fact_count, 0)
            - coalesce(outcomes.duplicate_count, 0)
            - coalesce(outcomes.quarantined_count, 0)
            - coalesce(outcomes.superseded_count, 0)
            as bigint
        ) as unaccounted_count
    from landed
    left join outcomes
        on landed.source_name = outcomes.source_name and landed.table_name = outcomes.table_name
    left join published_facts
        on landed.source_name = published_facts.source_name and landed.table_name = published_facts.table_name

)

select * from final
