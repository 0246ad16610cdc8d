with

rejected as (

    {% for model in [
        'int_events__classified', 'int_orders__classified', 'int_order_lines__classified',
        'int_products__classified', 'int_customers__classified',
    ] %}
    select
        source_name,
        table_name,
        quarantine_reason as reason,
        landing_file,
        source_file,
        source_row,
        detail,
        loaded_at
    from {{ ref(model) }}
    where row_status = 'quarantined'

    union all

    {% endfor %}
    -- lines that could not be read as rows at all; their text may hold personal data and stays in landing
    select
        source_name,
        'rejected_lines' as table_name,
        reason,
        landing_file,
        source_file,
        source_row,
        cast(null as string) as detail,
        loaded_at
    from {{ ref('stg_online_retail__rejected_lines') }}

)

select * from rejected
