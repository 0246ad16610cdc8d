{# Landed rows by source table and day of what they tell of; read by the monitoring marts. #}
with

landed_rows as (

    {% for model, occurred_at in [
        ('int_events__classified', 'occurred_at'),
        ('int_orders__classified', 'ordered_at'),
        ('int_order_lines__classified', 'occurred_at'),
        ('int_products__classified', 'updated_at'),
        ('int_customers__classified', 'updated_at'),
    ] %}
    select
        source_name,
        table_name,
        row_status,
        {{ occurred_at }} as occurred_at,
        loaded_at
    from {{ ref(model) }}

    union all

    {% endfor %}
    select
        source_name,
        'rejected_lines' as table_name,
        'quarantined' as row_status,
        cast(null as timestamp) as occurred_at,
        loaded_at
    from {{ ref('stg_online_retail__rejected_lines') }}

),

final as (

    select
        source_name,
        table_name,
        cast(occurred_at as date) as occurred_date,
        count(*) as row_count,
        -- a rejected row may tell of a day that never was
        max(case when row_status <> 'quarantined' then occurred_at end) as latest_occurred_at,
        max(loaded_at) as latest_loaded_at
    from landed_rows
    group by source_name, table_name, cast(occurred_at as date)

)

select * from final
