{# Landed rows by source table, day and outcome; read by the monitoring marts. #}
with

event_rows as (

    select * from {{ ref('int_event_rows__by_day') }}

),

other_rows as (

    {% for table_name, occurred_at in {
        'orders': 'ordered_at', 'order_lines': 'occurred_at', 'products': 'updated_at', 'customers': 'updated_at',
    }.items() %}
    select
        source_name,
        table_name,
        row_status,
        {{ is_withdrawn(table_name) }} as is_corrected,
        {{ occurred_at }} as occurred_at,
        loaded_at
    from {{ ref('int_' ~ table_name ~ '__classified') }}

    union all

    {% endfor %}
    select
        source_name,
        table_name,
        row_status,
        row_status = 'superseded' as is_corrected,
        cast(null as timestamp) as occurred_at,
        loaded_at
    from {{ ref('int_rejected_lines__unioned') }}

),

other_rows_by_day as (

    select
        source_name,
        table_name,
        coalesce(cast(occurred_at as date), cast(loaded_at as date)) as row_date,
        row_status,
        is_corrected,
        count(*) as row_count,
        max(occurred_at) as latest_occurred_at,
        max(loaded_at) as latest_loaded_at
    from other_rows
    group by
        source_name,
        table_name,
        coalesce(cast(occurred_at as date), cast(loaded_at as date)),
        row_status,
        is_corrected

),

final as (

    select
        source_name,
        table_name,
        row_date,
        row_status,
        is_corrected,
        row_count,
        latest_occurred_at,
        latest_loaded_at
    from event_rows

    union all

    select
        source_name,
        table_name,
        row_date,
        row_status,
        is_corrected,
        row_count,
        latest_occurred_at,
        latest_loaded_at
    from other_rows_by_day

)

select * from final
