{{ config(materialized='view') }}

with

rejected as (

    select
        source_name,
        table_name,
        quarantine_reason as reason,
        landing_file,
        source_file,
        source_row,
        item_number,
        detail,
        loaded_at
    from {{ ref('int_events__quarantined') }}

    union all

    {% for model in [
        'int_orders__classified', 'int_order_lines__classified', 'int_products__classified',
        'int_customers__classified',
    ] %}
    select
        source_name,
        table_name,
        quarantine_reason as reason,
        landing_file,
        source_file,
        source_row,
        cast(1 as bigint) as item_number,
        detail,
        loaded_at
    from {{ ref(model) }}
    where row_status = 'quarantined'

    union all

    {% endfor %}
    select
        source_name,
        table_name,
        reason,
        landing_file,
        source_file,
        source_row,
        cast(1 as bigint) as item_number,
        cast(null as string) as detail,
        loaded_at
    from {{ ref('int_rejected_lines__unioned') }}
    where row_status = 'quarantined'

)

select * from rejected
